"""What the kiosk remembers of the server between two starts, for slips with address and hour offline.

A small file beside the book, replaced whole: after a power cut there is the old one or the new one. It is
written only when something changed. Its loss costs nothing but the address until the server is back.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError

from contract.messages import UNTOLD_ZONE, Board, Lease, NumberRange, Texts, Told

records = structlog.get_logger()


class Remembered(Told):
    """The site's words and time zone, and the reserve of this kiosk: a new book begins with it."""

    texts: Texts = Texts()
    time_zone: str = UNTOLD_ZONE
    reserve: NumberRange | None = None


class Memory:
    """Keeps ``remembered`` in step with its file; an unreadable file counts as none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.remembered = _read(path)

    async def keep_board(self, board: Board) -> None:
        """Remember the words and the time zone of the last good board."""
        told = {"texts": board.texts, "time_zone": board.opening.time_zone}
        self._keep(self.remembered.model_copy(update=told))

    def keep_lease(self, lease: Lease) -> None:
        """Remember the reserve of the last lease."""
        self._keep(self.remembered.model_copy(update={"reserve": lease.reserve}))

    def now(self) -> datetime:
        """The instant, in the site's time zone; the usual one until the site's is known."""
        now = datetime.now(UTC)
        try:
            return now.astimezone(ZoneInfo(self.remembered.time_zone))
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            return now.astimezone(ZoneInfo(UNTOLD_ZONE))

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
