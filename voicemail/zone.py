"""The time zone of the hours shown to staff: the site's."""

from zoneinfo import ZoneInfo

from contract.messages import Board

UNTOLD = "Europe/Paris"


def zone_of(board: Board | None) -> ZoneInfo:
    """Return the zone a board tells; Paris before the first one, or where this machine does not know it."""
    try:
        return ZoneInfo(UNTOLD if board is None else board.opening.time_zone)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return ZoneInfo(UNTOLD)
