"""Tickets: birth, the line, and claims by conditional update.

A claim says which state and step it saw; the count of changed rows says who won. "Another one got there
first" is a normal answer, not an error.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, func, insert, select, update

from queue_server.domain.line import Place
from queue_server.domain.states import HELD, State
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import TICKETS, Ticket

LINE_BATCH = 20
ADDED = insert(TICKETS)
KNOWN = select(TICKETS.c.id, TICKETS.c.day, TICKETS.c.number, TICKETS.c.device_id).where(
    TICKETS.c.id.in_(bindparam("ids", expanding=True))
)
HELD_NUMBERS = select(TICKETS.c.number).where(
    TICKETS.c.site_id == bindparam("site_id"),
    TICKETS.c.day == bindparam("day"),
    TICKETS.c.number.in_(bindparam("numbers", expanding=True)),
)
OF_STATE = (
    TICKETS.c.site_id == bindparam("site"),
    TICKETS.c.day == bindparam("of_day"),
    TICKETS.c.state == bindparam("in_state"),
)
COUNTED = select(func.count()).select_from(TICKETS).where(*OF_STATE)
LINE = select(TICKETS.c.place_at, TICKETS.c.id).where(*OF_STATE).order_by(TICKETS.c.place_at, TICKETS.c.id)
HELD_BY = (
    select(Ticket)
    .where(Ticket.agent_id == bindparam("agent"), col(Ticket.state).in_(HELD))
    .execution_options(populate_existing=True)
)
NUMBERS = select(TICKETS.c.number).where(*OF_STATE).order_by(TICKETS.c.place_at, TICKETS.c.id)


@dataclass(frozen=True)
class NewTicket:
    """A ticket as its device gave it, with the place that the rules gave it."""

    id: UUID
    site_id: int
    day: date
    number: int
    device_id: int
    taken_at: datetime
    arrived_at: datetime
    due: datetime
    place_at: datetime
    state: State


def add_ticket(session: Writing, *tickets: NewTicket) -> None:
    """Insert tickets, in one statement; the caller has looked for their ids and numbers."""
    session.write(ADDED, *({"step": 0, "agent_id": None, **vars(ticket)} for ticket in tickets))


def ticket_by_id(session: Reading, ticket_id: UUID) -> Ticket | None:
    """Return a ticket, as it stands in this transaction."""
    return session.exec(
        select(Ticket).where(Ticket.id == ticket_id).execution_options(populate_existing=True)
    ).one_or_none()


class Known(NamedTuple):
    """What makes a delivery the same as the one before: what the ticket is, not how it stands."""

    day: date
    number: int
    device_id: int


def known_tickets(session: Reading, ids: Collection[UUID]) -> dict[UUID, Known]:
    """Return those of these tickets that are held already, by id."""
    return {row.id: Known(row.day, row.number, row.device_id) for row in session.rows(KNOWN, ids=ids)}


def held_numbers(session: Reading, site_id: int, day: date, numbers: Collection[int]) -> set[int]:
    """Return those of these numbers that tickets of a site's day have already."""
    return {row.number for row in session.rows(HELD_NUMBERS, site_id=site_id, day=day, numbers=numbers)}


def line(session: Reading, site_id: int, day: date) -> Iterator[Place]:
    """Yield the places of those who wait, in order, a few rows at a time."""
    waiting = {"site": site_id, "of_day": day, "in_state": State.WAITING}
    with session.stream(LINE, LINE_BATCH, **waiting) as places:  # taking the first leaves no cursor open
        for row in places:
            yield Place(row.place_at, row.id)


def count_waiting(session: Reading, site_id: int, day: date) -> int:
    """Count those who wait."""
    [row] = session.rows(COUNTED, site=site_id, of_day=day, in_state=State.WAITING)
    return int(row[0])


def numbers_in(session: Reading, site_id: int, day: date, state: State) -> list[int]:
    """Return the numbers of the tickets of a day in one state, in the order of the line."""
    return [row.number for row in session.rows(NUMBERS, site=site_id, of_day=day, in_state=state)]


def tickets_in(session: Reading, site_id: int, day: date, state: State) -> list[Ticket]:
    """Return the tickets of a day in one state, in the order of the line."""
    wanted = select(Ticket).where(Ticket.site_id == site_id, Ticket.day == day, Ticket.state == state)
    return list(session.exec(wanted.order_by(col(Ticket.place_at), col(Ticket.id))))


def held_by(session: Reading, agent_id: int) -> Ticket | None:
    """Return the ticket that an agent has called or receives, None when there is none."""
    return session.exec(HELD_BY, params={"agent": agent_id}).first()


@dataclass(frozen=True)
class Claim:
    """A change of one ticket, on condition that it still is what was seen."""

    ticket_id: UUID
    from_state: State
    to_state: State
    step: int | None
    agent_id: int | None


def claim(session: Writing, change: Claim) -> bool:
    """Make the change if the ticket is still as seen; tell whether it was made."""
    statement = update(Ticket).where(
        col(Ticket.id) == change.ticket_id, col(Ticket.state) == change.from_state
    )
    if change.step is not None:
        statement = statement.where(col(Ticket.step) == change.step)
    result = session.execute(
        statement.values(
            state=change.to_state, agent_id=change.agent_id, step=col(Ticket.step) + 1
        ).execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
