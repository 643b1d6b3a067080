"""From ticket to slip: in order, without ever holding the number back."""

import asyncio
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from contract.messages import Condition
from kiosk.book import Ticket
from kiosk.paper import said
from kiosk.pile import KEPT, SlipPile
from kiosk.printer import Outcome, Printed, Printer
from kiosk.printing import Printing
from kiosk.slip import Paper, Slip, slip_bytes
from tests.kiosk.cast import DAY, MORNING


class Recorder(Printer):
    """A printer that keeps the jobs; it hangs until ``released``."""

    def __init__(self) -> None:
        super().__init__(None)
        self.jobs: list[bytes] = []
        self.released = threading.Event()
        self.released.set()

    def print(self, slip: bytes) -> Printed:
        self.released.wait(5)
        self.jobs.append(slip)
        return Printed(Outcome.PRINTED, Condition.READY)


def ticket(number: int) -> Ticket:
    return Ticket(uuid4(), DAY, number, MORNING)


def printing(printer: Printer, pile: SlipPile | None = None) -> Printing:
    return Printing(printer, Paper(picture=False), lambda: "12 rue de la Gare, Bondy", pile)


def test_the_slip_bears_the_number_the_address_and_the_people_before() -> None:
    printer = Recorder()
    assert asyncio.run(printing(printer).print(ticket(47), 4)) == Outcome.PRINTED
    expected = slip_bytes(Slip(47, MORNING, "12 rue de la Gare, Bondy", 4), Paper(picture=False))
    assert printer.jobs == [expected]


def test_slips_come_out_in_the_order_of_the_tickets() -> None:
    printer = Recorder()

    async def three() -> None:
        press = printing(printer)
        await asyncio.gather(*(press.print(ticket(number), None) for number in (1, 2, 3)))

    asyncio.run(three())
    assert [said(job)[2] for job in printer.jobs] == ["1", "2", "3"]


def test_a_driver_that_hangs_fails_and_gets_no_second_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.printing.LIMIT_SECONDS", 0.05)
    printer = Recorder()
    printer.released.clear()

    async def two() -> None:
        press = printing(printer)
        assert await press.print(ticket(1), None) == Outcome.FAILED
        assert await press.print(ticket(2), None) == Outcome.FAILED
        assert press.condition == Condition.OFFLINE
        printer.released.set()
        async with asyncio.timeout(2):
            while press._held:  # noqa: ASYNC110 (a thread of the driver, not a task)
                await asyncio.sleep(0.01)
        assert await press.print(ticket(3), None) == Outcome.PRINTED

    asyncio.run(two())
    assert [said(job)[2] for job in printer.jobs] == ["1", "3"]


def test_a_driver_that_breaks_costs_one_slip_only(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = Recorder()

    def broken(_slip: bytes) -> Printed:
        raise KeyError

    async def two() -> None:
        press = printing(printer)
        with monkeypatch.context() as patch:
            patch.setattr(printer, "print", broken)
            assert await press.print(ticket(1), None) == Outcome.FAILED
        assert await press.print(ticket(2), None) == Outcome.PRINTED

    asyncio.run(two())


def test_a_fault_of_ours_is_a_failure_and_not_an_error_page() -> None:
    def no_address() -> str:
        raise RuntimeError

    press = Printing(Recorder(), Paper(), no_address)
    assert asyncio.run(press.print(ticket(1), None)) == Outcome.FAILED


def test_each_slip_becomes_a_picture_newest_first(tmp_path: Path) -> None:
    pile = SlipPile(tmp_path / "slips")

    async def two() -> None:
        press = printing(Recorder(), pile)
        await press.print(ticket(1), None)
        await press.print(ticket(2), None)

    asyncio.run(two())
    assert [pictured.lines[2] for pictured in pile.newest()] == ["2", "1"]


def test_the_pile_keeps_the_last_twenty_and_only_its_own_files(tmp_path: Path) -> None:
    pile = SlipPile(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    for _ in range(KEPT + 2):
        pile.add(b"H\n")
    assert len(pile.newest()) == KEPT
    assert len(list(tmp_path.iterdir())) == 2 * KEPT + 1


@pytest.mark.parametrize("name", ["../book.sqlite", "notes.txt", "0.png", "0000000000000000000.png"])
def test_no_other_file_is_a_picture(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert SlipPile(tmp_path).picture(name) is None


def test_a_fault_of_the_picture_does_not_cost_the_slip(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file where the folder should be")
    printer = Recorder()
    press = printing(printer, SlipPile(tmp_path / "slips"))
    assert asyncio.run(press.print(ticket(1), None)) == Outcome.PRINTED
    assert len(printer.jobs) == 1
