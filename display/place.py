"""The place this screen hangs in, as the board tells it: its name, and the time zone of its clock."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from contract.messages import Board

UNTOLD = "Europe/Paris"


@dataclass(frozen=True)
class Place:
    """The site as shown; nothing is known of it before the first board."""

    name: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(UNTOLD))


def place_of(board: Board | None) -> Place:
    """Return the place a board speaks of; a zone this machine does not know leaves the clock in Paris."""
    if board is None:
        return Place()
    try:
        return Place(board.texts.name, ZoneInfo(board.opening.time_zone))
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return Place(board.texts.name)
