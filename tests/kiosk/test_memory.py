"""What the kiosk remembers of the server between two starts."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.messages import UNTOLD_ZONE, Opening, Texts
from kiosk.memory import Memory, Remembered
from tests.kiosk.cast import MORNING, TEXTS, board, lease


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "remembered.json"


def test_address_and_reserve_survive_a_restart(path: Path) -> None:
    memory = Memory(path)
    asyncio.run(memory.keep_board(board(opening=Opening(state="open", time_zone="Indian/Reunion"))))
    memory.keep_lease(lease())
    assert Memory(path).remembered == Remembered(
        texts=TEXTS, time_zone="Indian/Reunion", reserve=lease().reserve
    )


@pytest.mark.parametrize("ahead", [timedelta(days=31), timedelta(minutes=-7), timedelta(days=-20_000)])
def test_the_offset_of_the_clock_survives_a_restart(path: Path, ahead: timedelta) -> None:
    def wrong() -> datetime:
        return MORNING + ahead

    memory = Memory(path, wrong)
    memory.keep_clock(MORNING, wrong())
    assert memory.now() == Memory(path, wrong).now() == MORNING
    assert memory.clock() == wrong()


def test_an_offset_that_hardly_changes_is_not_written_again(path: Path) -> None:
    memory = Memory(path)
    memory.keep_clock(MORNING, MORNING + timedelta(hours=1))
    path.unlink()
    memory.keep_clock(MORNING, MORNING + timedelta(hours=1, seconds=1))
    assert not path.exists()
    memory.keep_clock(MORNING, MORNING + timedelta(hours=1, seconds=3))
    assert path.exists()


@pytest.mark.parametrize(("zone", "hours"), [("Indian/Reunion", 4), ("Asia/Dubai", 4), ("Etc/GMT+3", -3)])
def test_the_hour_is_that_of_the_site_wherever_the_machine_thinks_it_is(
    path: Path, zone: str, hours: int
) -> None:
    asyncio.run(Memory(path).keep_board(board(opening=Opening(state="open", time_zone=zone))))
    assert Memory(path).now().utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "\0"])
def test_an_unknown_zone_is_the_usual_one(path: Path, zone: str) -> None:
    memory = Memory(path)
    asyncio.run(memory.keep_board(board(opening=Opening(state="open", time_zone=zone))))
    assert str(memory.now().tzinfo) == UNTOLD_ZONE


def test_the_disk_is_written_only_when_something_changed(path: Path) -> None:
    memory = Memory(path)
    asyncio.run(memory.keep_board(board(1)))
    path.unlink()
    asyncio.run(memory.keep_board(board(2)))
    assert not path.exists()
    asyncio.run(memory.keep_board(board(2, texts=Texts(address="1 rue Neuve"))))
    assert path.exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"texts": 3}', b"\xff\xfe"])
def test_an_unreadable_file_counts_as_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert Memory(path).remembered == Remembered()


def test_a_disk_that_takes_nothing_does_not_stop_the_kiosk(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "gone" / "remembered.json")
    memory.keep_lease(lease())
    assert memory.remembered.reserve == lease().reserve
