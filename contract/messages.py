"""The messages of the wire, ``/api/v1``.

All instants are aware datetimes in UTC. A *day* is the civil day of the site, in the site's time zone.
Unknown properties are refused on the way in: nothing about a visitor can ride along.
Receivers of a ``Board`` ignore what they do not know: a later server may say more.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

UNTOLD_ZONE = "Europe/Paris"
"""The time zone of hours shown before a first board has told the site's."""
Number = Annotated[int, Field(ge=1, le=9999)]
SiteCode = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]


class Asked(BaseModel):
    """A request body: what is not on the list is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """An answer or a piece of news: a receiver skips what a later version added."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class NumberRange(Told):
    """Numbers from ``first`` to ``last``, both included."""

    first: Number
    last: Number

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last


class Lease(Told):
    """All the numbers a device may still give on ``day``: whole each time, so a lost answer costs nothing.

    ``reserve`` is the device's own range, the same every day, for when the server cannot be reached.
    """

    site: SiteCode
    day: date
    ranges: list[NumberRange]
    reserve: NumberRange


class BookRequest(Asked):
    """Asks for the numbers of the site's current day."""


class TicketTaken(Asked):
    """A ticket the kiosk has given: written on its disk, printed, now delivered."""

    id: UUID
    day: date
    number: Number
    taken_at: AwareDatetime


class TicketAccepted(Told):
    """The server holds the ticket durably. ``lease`` tops up the book of the present day."""

    id: UUID
    number: Number
    lease: Lease | None = None


class DeskWord(StrEnum):
    """The closed list of words a desk may be called by; the TV shows a place, never a name."""

    OFFICE = "office"
    ROOM = "room"
    RECEPTION = "reception"
    FLOOR = "floor"


class Arrow(StrEnum):
    """Which way to walk, seen from the waiting room."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Desk(Told):
    """Where the agent is: a word, a number or letter, and perhaps an arrow."""

    word: DeskWord
    mark: Annotated[str, Field(pattern=r"^[0-9A-Z]{0,3}$")]
    arrow: Arrow | None = None


class Call(Told):
    """One call on the board. ``id`` is the call's, never the ticket's; ``label`` is the number as shown."""

    id: UUID
    label: Annotated[str, Field(max_length=4)]
    symbol: str
    desk: Desk
    at: AwareDatetime
    withdrawn: bool = False


class Opening(Told):
    """Whether the site receives now. Hours are said, and days begin, in its ``time_zone``."""

    state: Literal["open", "closed"]
    until: AwareDatetime | None = None
    time_zone: Annotated[str, Field(max_length=40)] = UNTOLD_ZONE

    def zone(self) -> ZoneInfo:
        """Return the time zone; the usual one where this machine does not know the site's."""
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            return ZoneInfo(UNTOLD_ZONE)


class Line(Told):
    """What a caller must be told."""

    state: Literal["reachable", "busy", "no_answer", "no_phone_duty", "closed_until", "closed_by_exception"]


class Texts(Told):
    """The site's own words, shown to the public: its name and address."""

    name: str = ""
    address: str = ""


class Board(Told):
    """What the waiting room may know, whole: a receiver replaces all it had."""

    site: SiteCode
    revision: Annotated[int, Field(ge=0)]
    at: AwareDatetime
    waiting: Annotated[int, Field(ge=0)]
    calls: list[Call]
    expected: list[Annotated[str, Field(max_length=4)]]
    opening: Opening
    line: Line
    texts: Texts


class Condition(StrEnum):
    """How a part of a device is; silence is ``unknown``, never ``ready``."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    FAULT = "fault"
    UNKNOWN = "unknown"
    NONE = "none"


class DeviceStatus(Asked):
    """A device's heartbeat. ``clock`` is its own clock; ``undelivered`` the tickets it still holds."""

    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")]
    clock: AwareDatetime
    printer: Condition = Condition.NONE
    sound: Condition = Condition.NONE
    screen: Condition = Condition.NONE
    undelivered: Annotated[int, Field(ge=0, le=100_000)] = 0


class StatusAccepted(Told):
    """``at`` is the server's clock, for the device to measure its own against."""

    at: AwareDatetime


class Problem(Told):
    """An RFC 9457 problem. ``lease`` comes with ``number-taken``: re-number from it and send again."""

    type: str
    title: str
    status: int
    detail: str = ""
    lease: Lease | None = None


NUMBER_TAKEN = "/problems/number-taken"
TICKET_DIFFERS = "/problems/ticket-differs"
NUMBER_NOT_YOURS = "/problems/number-not-yours"
