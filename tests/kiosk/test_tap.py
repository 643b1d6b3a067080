"""The gesture: one tap, one number; a second tap at once is the same person."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contract.messages import Board
from kiosk.book import Book, Ticket
from kiosk.printer import Outcome
from kiosk.tap import Gesture, people_before
from tests.kiosk.cast import MORNING, board, lease


@dataclass
class Press:
    """A printer that answers what it is told, late when it has to wait, and keeps what it was asked."""

    outcome: Outcome = Outcome.PRINTED
    goes_on: asyncio.Event | None = None
    asked: list[tuple[int, int | None]] = field(default_factory=list)

    async def print(self, ticket: Ticket, people_before: int | None) -> Outcome:
        self.asked.append((ticket.number, people_before))
        outcome = self.outcome
        if self.goes_on is not None:
            await self.goes_on.wait()
            await asyncio.sleep(0.01)
        return outcome


@dataclass
class News:
    board: Board | None = None
    old: float | None = 1.0

    def age(self) -> float | None:
        return self.old


@dataclass
class Stage:
    """One kiosk in front of one person."""

    book: Book
    press: Press = field(default_factory=Press)
    news: News = field(default_factory=lambda: News(board(4)))
    time: float = 100.0
    deliveries: int = 0

    def __post_init__(self) -> None:
        self.gesture = Gesture(self.book, self.press, self.news, self._due, lambda: self.time)

    def _due(self) -> None:
        self.deliveries += 1


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Book(tmp_path / "book.sqlite") as book:
        book.take_lease(lease(47, 60))
        yield Stage(book)


def test_a_tap_writes_the_number_shows_it_prints_it_and_wakes_the_delivery(stage: Stage) -> None:
    async def visit() -> None:
        shown = stage.gesture.tap(MORNING)
        assert (shown.ticket.number, shown.people_before, shown.paper) == (47, 4, "coming")
        assert stage.book.undelivered() == shown.ticket
        assert stage.press.asked == []
        await stage.gesture.finish()
        assert stage.gesture.shown is not None
        assert stage.gesture.shown.paper == Outcome.PRINTED

    asyncio.run(visit())
    assert stage.press.asked == [(47, 4)]
    assert stage.deliveries == 1


def test_a_second_tap_within_4_seconds_repeats_the_number_and_prints_nothing(stage: Stage) -> None:
    async def visit() -> None:
        stage.gesture.tap(MORNING)
        stage.time += 3.9
        again = stage.gesture.tap(MORNING)
        assert (again.ticket.number, again.repeated) == (47, True)
        await stage.gesture.finish()

    asyncio.run(visit())
    assert stage.press.asked == [(47, 4)]
    assert stage.book.held() == 1


def test_4_seconds_later_the_tap_is_another_person(stage: Stage) -> None:
    async def visit() -> None:
        stage.gesture.tap(MORNING)
        stage.time += 2
        stage.gesture.tap(MORNING)
        stage.time += 2
        shown = stage.gesture.tap(MORNING)
        assert (shown.ticket.number, shown.repeated) == (48, False)
        await stage.gesture.finish()

    asyncio.run(visit())


def test_paper_that_does_not_come_out_is_known_and_changes_what_is_shown(stage: Stage) -> None:
    async def visit() -> None:
        stage.press.outcome = Outcome.FAILED
        before = stage.gesture.tap(MORNING).key
        await stage.gesture.finish()
        assert stage.gesture.shown is not None
        assert stage.gesture.shown.paper == Outcome.FAILED
        assert stage.gesture.shown.key != before

    asyncio.run(visit())


def test_a_slow_slip_says_nothing_of_the_next_persons_paper(stage: Stage) -> None:
    async def visit() -> None:
        stage.press.outcome, stage.press.goes_on = Outcome.FAILED, asyncio.Event()
        stage.gesture.tap(MORNING)
        (slow,) = stage.gesture._jobs
        await asyncio.sleep(0)
        stage.press.outcome, goes_on, stage.press.goes_on = Outcome.PRINTED, stage.press.goes_on, None
        stage.time += 5
        stage.gesture.tap(MORNING)
        goes_on.set()
        await asyncio.gather(slow, stage.gesture.finish())
        assert stage.gesture.shown is not None
        assert stage.gesture.shown.paper == Outcome.PRINTED

    asyncio.run(visit())


def test_a_number_changed_by_the_server_is_shown_and_printed(stage: Stage) -> None:
    async def visit() -> None:
        ticket = stage.gesture.tap(MORNING).ticket
        await stage.gesture.finish()
        fresh = stage.book.renumber(ticket)
        assert fresh is not None
        stage.gesture.renumber(fresh)
        await stage.gesture.finish()
        assert stage.gesture.shown is not None
        assert stage.gesture.shown.ticket.number == 48

    asyncio.run(visit())
    assert stage.press.asked == [(47, 4), (48, 4)]


def test_a_number_changed_later_is_printed_and_leaves_the_screen_to_the_next_person(stage: Stage) -> None:
    async def visit() -> None:
        first = stage.gesture.tap(MORNING).ticket
        stage.time += 5
        stage.gesture.tap(MORNING)
        fresh = stage.book.renumber(first)
        assert fresh is not None
        stage.gesture.renumber(fresh)
        await stage.gesture.finish()
        assert stage.gesture.shown is not None
        assert stage.gesture.shown.ticket.number == 48

    asyncio.run(visit())
    assert (49, None) in stage.press.asked


def test_a_number_of_a_past_day_is_not_printed(stage: Stage, tmp_path: Path) -> None:
    async def visit() -> None:
        ticket = stage.gesture.tap(MORNING).ticket
        await stage.gesture.finish()
        stage.book.take_lease(lease(day=MORNING.date().replace(day=5)))
        fresh = stage.book.renumber(ticket)
        assert fresh is not None
        stage.gesture.renumber(fresh)
        await stage.gesture.finish()

    asyncio.run(visit())
    assert stage.press.asked == [(47, 4)]


def test_a_disk_that_fails_gives_no_number_and_the_next_tap_may_work(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_now: object) -> Ticket:
        raise sqlite3.OperationalError("database or disk is full")

    async def visit() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(stage.book, "issue", full)
            with pytest.raises(sqlite3.OperationalError):
                stage.gesture.tap(MORNING)
        assert stage.gesture.tap(MORNING).ticket.number == 47
        await stage.gesture.finish()

    asyncio.run(visit())


@pytest.mark.parametrize(("age", "count"), [(0.0, 4), (10.0, 4), (10.1, None), (None, None)])
def test_people_before_are_told_only_from_a_board_of_10_seconds(age: float | None, count: int | None) -> None:
    assert people_before(News(board(4), age)) == count


def test_without_a_board_nobody_is_counted() -> None:
    assert people_before(News(None, 0.0)) is None
