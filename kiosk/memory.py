"""What the kiosk remembers of the server between two starts, for slips with address and hour offline.

The server's clock is the one that counts: what ours lacks is measured at each heartbeat and added to it.

A small file beside the book, replaced whole: after a power cut there is the old one or the new one. It is
written only when something changed. Its loss costs nothing but the address until the server is back.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError

from contract.messages import UNTOLD_ZONE, Board, Lease, NumberRange, Texts, Told

records = structlog.get_logger()


STEADY = timedelta(seconds=2)
"""A smaller change of the offset is the network's, and not worth a write to the disk."""


class Remembered(Told):
    """The site's words and time zone, and the reserve of this kiosk: a new book begins with it.

    ``offset`` is what must be added to the clock of this machine to have the server's.
    """

    texts: Texts = Texts()
    time_zone: str = UNTOLD_ZONE
    reserve: NumberRange | None = None
    offset: timedelta = timedelta(0)


def utc_now() -> datetime:
    """Return what the clock of this machine says, in UTC."""
    return datetime.now(UTC)


class Memory:
    """Keeps ``remembered`` in step with its file; an unreadable file counts as none.

    ``clock`` is this machine's, in UTC, right or wrong.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self._path = path
        self.remembered = _read(path)

    async def keep_board(self, board: Board) -> None:
        """Remember the words and the time zone of the last good board."""
        told = {"texts": board.texts, "time_zone": board.opening.time_zone}
        self._keep(self.remembered.model_copy(update=told))

    def keep_lease(self, lease: Lease) -> None:
        """Remember the reserve of the last lease."""
        self._keep(self.remembered.model_copy(update={"reserve": lease.reserve}))

    def keep_clock(self, theirs: datetime, ours: datetime) -> None:
        """Remember by how much the server's clock differs from this machine's, both read at one instant."""
        offset = theirs - ours
        if abs(offset - self.remembered.offset) >= STEADY:
            self._keep(self.remembered.model_copy(update={"offset": offset}))

    def now(self) -> datetime:
        """The instant by the server's clock, in the site's time zone; the usual one until that is known."""
        now = self._by_the_server()
        try:
            return now.astimezone(ZoneInfo(self.remembered.time_zone))
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            return now.astimezone(ZoneInfo(UNTOLD_ZONE))

    def _by_the_server(self) -> datetime:
        ours = self.clock()
        try:
            return ours + self.remembered.offset
        except OverflowError:  # a clock near the end of time
            return ours

    def _keep(self, remembered: Remembered) -> None:
        if remembered == self.remembered:
            return
        self.remembered = remembered
        try:
            _replace(self._path, remembered.model_dump_json())
        except OSError as error:
            records.warning("what the server told is not on disk", cause=type(error).__name__)


def _read(path: Path) -> Remembered:
    try:
        return Remembered.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Remembered()


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
