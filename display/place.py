"""The place this screen hangs in, as the board tells it: its name, and the time zone of its clock."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from contract.messages import UNTOLD_ZONE, Board


@dataclass(frozen=True)
class Place:
    """The site as shown; nothing is known of it before the first board."""

    name: str = ""
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(UNTOLD_ZONE))


def place_of(board: Board | None) -> Place:
    """Return the place a board speaks of."""
    return Place() if board is None else Place(board.texts.name, board.opening.zone())
