"""Tickets enter: idempotent by their id, refused only when their number cannot be right.

Deliveries that come together are written together. What the rules ask about is read once, in a
``_Counter``; then each delivery is judged in turn, and sees those before it.
Each function works inside a transaction that its caller opened and will commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from contract.messages import Lease, NumberRange, TicketAccepted, TicketTaken
from queue_server.domain.days import day_of
from queue_server.domain.line import arrived_at, place_at
from queue_server.domain.numbers import Range, belongs, is_provisional, reserve_of
from queue_server.domain.states import Action, State
from queue_server.storage.books import Book, books_of, top_up
from queue_server.storage.database import Writing
from queue_server.storage.journal import Entry, write_journal
from queue_server.storage.tables import EARLIEST, LATEST, Device, Site
from queue_server.storage.tickets import (
    Known,
    NewTicket,
    add_ticket,
    held_numbers,
    known_tickets,
    ticket_by_id,
)


class TicketDiffersError(Exception):
    """This id is known with another day, number or instant: it will never be accepted."""


class NumberNotYoursError(Exception):
    """The number lies outside the device's ranges of that day."""


class NumberIsTakenError(Exception):
    """This number cannot be kept (another ticket has it, or it is provisional); ``lease`` has fresh ones."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("number taken")
        self.lease = lease


class Accepted(NamedTuple):
    """The answer to a delivery; ``is_new`` is false when this very ticket was already held."""

    answer: TicketAccepted
    is_new: bool


Outcome = Accepted | TicketDiffersError | NumberNotYoursError | NumberIsTakenError


@dataclass(frozen=True)
class Delivery:
    """One ticket and the device that delivers it."""

    device: Device
    taken: TicketTaken


def lease_for(session: Writing, device: Device, site: Site, now: datetime) -> Lease:
    """Return all the numbers a device may still give today, topped up when few are left."""
    day = day_of(now, site.time_zone)
    return _lease(session, device, site, day, books_of(session, {device.id}, day)[device.id])


def accept(session: Writing, site: Site, deliveries: Sequence[Delivery], now: datetime) -> list[Outcome]:
    """Take tickets of one site in, and say of each what became of it, in the same order.

    A refusal is returned, not raised: it is one delivery's, and the others are kept.
    """
    counter = _open_counter(session, site, deliveries, now)
    outcomes = [counter.judge(delivery) for delivery in deliveries]
    if counter.new:
        add_ticket(session, *counter.new)
        write_journal(session, *(_birth(ticket, now) for ticket in counter.new))
    return outcomes


class _Content(NamedTuple):
    """What makes a delivery the same as the one before; the instant as it is kept."""

    known: Known
    taken_at: datetime


@dataclass
class _Counter:
    """What is known while one group of deliveries is judged: tickets, numbers and books."""

    session: Writing
    site: Site
    now: datetime
    today: date
    known: dict[UUID, _Content]
    held: dict[date, set[int]]
    books: dict[date, dict[int, Book]]
    new: list[NewTicket] = field(default_factory=list)

    def judge(self, delivery: Delivery) -> Outcome:
        device, taken = delivery.device, delivery.taken
        instant = min(max(taken.taken_at, EARLIEST), LATEST)
        same = _Content(Known(taken.day, taken.number, device.id), instant)
        known = self.known.setdefault(taken.id, same)
        if known != same:
            return TicketDiffersError()
        is_new = known is same
        if is_new and (refusal := self._refusal(device, taken)) is not None:
            del self.known[taken.id]
            return refusal
        if is_new:
            self._enter(device, taken)
        return Accepted(TicketAccepted(id=taken.id, number=taken.number, lease=self._lease(device)), is_new)

    def _refusal(self, device: Device, taken: TicketTaken) -> Outcome | None:
        if is_provisional(taken.number):
            return NumberIsTakenError(self._lease(device))
        ranges = [*self.books[taken.day][device.id].ranges, reserve_of(device.rank)]
        if not belongs(taken.number, ranges):
            return NumberNotYoursError()
        if taken.number in self.held[taken.day]:
            return NumberIsTakenError(self._lease(device))
        return None

    def _enter(self, device: Device, taken: TicketTaken) -> None:
        book = self.books[taken.day][device.id]
        arrival = arrived_at(taken.taken_at, book.last_arrival, self.now)
        self.held[taken.day].add(taken.number)
        if not belongs(taken.number, [reserve_of(device.rank)]):
            book.last_number = max(book.last_number, taken.number)
        book.last_arrival = arrival
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
        self.new.append(ticket)

    def _lease(self, device: Device) -> Lease:
        return _lease(self.session, device, self.site, self.today, self.books[self.today][device.id])


def _open_counter(session: Writing, site: Site, deliveries: Sequence[Delivery], now: datetime) -> _Counter:
    today = day_of(now, site.time_zone)
    devices = {delivery.device.id for delivery in deliveries}
    numbers: dict[date, set[int]] = {}
    for delivery in deliveries:
        numbers.setdefault(delivery.taken.day, set()).add(delivery.taken.number)
    return _Counter(
        session,
        site,
        now,
        today,
        known=_known(session, {delivery.taken.id for delivery in deliveries}),
        held={day: held_numbers(session, site.id, day, wanted) for day, wanted in numbers.items()},
        books={day: books_of(session, devices, day) for day in {today, *numbers}},
    )


def _known(session: Writing, ids: set[UUID]) -> dict[UUID, _Content]:
    """Return those that are held already; few are: only an answer that was lost brings one again."""
    return {
        known_id: _Content(known, ticket.taken_at)
        for known_id, known in known_tickets(session, ids).items()
        if (ticket := ticket_by_id(session, known_id)) is not None
    }


def _birth(ticket: NewTicket, now: datetime) -> Entry:
    return Entry(ticket.site_id, ticket.id, Action.TAKE, None, State.WAITING, now)


def _lease(session: Writing, device: Device, site: Site, day: date, book: Book) -> Lease:
    top_up(session, device, day, book)
    ranges = [_told(block) for block in book.left]
    return Lease(site=site.code, day=day, ranges=ranges, reserve=_told(reserve_of(device.rank)))


@lru_cache(maxsize=1024)
def _told(block: Range) -> NumberRange:
    """A lease tells the whole list each time: its reserve was told before, and often a range."""
    return NumberRange(first=block.first, last=block.last)
