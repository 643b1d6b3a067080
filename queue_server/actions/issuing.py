"""A ticket enters: idempotent by its id, refused only when its number cannot be right.

Each function works inside a transaction that its caller opened and will commit.
"""

from datetime import date, datetime

from contract.messages import Lease, NumberRange, TicketAccepted, TicketTaken
from queue_server.domain.days import day_of
from queue_server.domain.line import arrived_at, place_at
from queue_server.domain.numbers import Range, belongs, is_provisional, reserve_of
from queue_server.domain.states import Action, State
from queue_server.storage.books import leased, top_up
from queue_server.storage.database import Writing
from queue_server.storage.journal import Entry, write_journal
from queue_server.storage.tables import Device, Site, Ticket
from queue_server.storage.tickets import (
    NewTicket,
    add_ticket,
    number_is_held,
    previous_arrival,
    ticket_by_id,
)


class TicketDiffersError(Exception):
    """This id is known with another day or number: it will never be accepted."""


class NumberNotYoursError(Exception):
    """The number lies outside the device's ranges of that day."""


class NumberIsTakenError(Exception):
    """This number cannot be kept (another ticket has it, or it is provisional); ``lease`` has fresh ones."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("number taken")
        self.lease = lease


def lease_for(session: Writing, device: Device, site: Site, now: datetime) -> Lease:
    """Return all the numbers a device may give today, topped up when few are left."""
    day = day_of(now, site.time_zone)
    ranges = [_told(block) for block in top_up(session, device, day)]
    return Lease(site=site.code, day=day, ranges=ranges, reserve=_told(reserve_of(device.rank)))


def accept(
    session: Writing, device: Device, site: Site, taken: TicketTaken, now: datetime
) -> tuple[TicketAccepted, bool]:
    """Take a ticket in; the second value tells whether it is new.

    Raises TicketDiffersError and NumberNotYoursError, which are for good, and NumberIsTakenError.
    """
    known = ticket_by_id(session, taken.id)
    if known is None:
        _check_number(session, device, site, taken, now)
        _enter(session, device, taken, now)
    elif not _same(known, device, taken):
        raise TicketDiffersError
    lease = lease_for(session, device, site, now)
    return TicketAccepted(id=taken.id, number=taken.number, lease=lease), known is None


def _same(known: Ticket, device: Device, taken: TicketTaken) -> bool:
    return (known.day, known.number, known.device_id) == (taken.day, taken.number, device.id)


def _check_number(session: Writing, device: Device, site: Site, taken: TicketTaken, now: datetime) -> None:
    if is_provisional(taken.number):
        raise NumberIsTakenError(lease_for(session, device, site, now))
    if not belongs(taken.number, _ranges(session, device, taken.day)):
        raise NumberNotYoursError
    if number_is_held(session, site.id, taken.day, taken.number):
        raise NumberIsTakenError(lease_for(session, device, site, now))


def _ranges(session: Writing, device: Device, day: date) -> list[Range]:
    return [*leased(session, device.id, day), reserve_of(device.rank)]


def _enter(session: Writing, device: Device, taken: TicketTaken, now: datetime) -> None:
    arrival = arrived_at(taken.taken_at, previous_arrival(session, device.id, taken.day), now)
    ticket = NewTicket(
        id=taken.id,
        site_id=device.site_id,
        day=taken.day,
        number=taken.number,
        device_id=device.id,
        taken_at=taken.taken_at,
        arrived_at=arrival,
        due=arrival,
        place_at=place_at(arrival),
        state=State.WAITING,
    )
    add_ticket(session, ticket)
    write_journal(session, Entry(device.site_id, taken.id, Action.TAKE, None, State.WAITING, now))


def _told(block: Range) -> NumberRange:
    return NumberRange(first=block.first, last=block.last)
