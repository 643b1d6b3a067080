"""What the kiosk remembers of the server between two starts."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from contract.messages import UNTOLD_ZONE, Opening, Texts
from kiosk.memory import Memory, Remembered
from tests.kiosk.cast import TEXTS, board, lease


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
