"""Tickets: birth, the line, and claims by conditional update.

A claim says which state and step it saw; the count of changed rows says who won. "Another one got there
first" is a normal answer, not an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, func, insert, select, update

from queue_server.domain.line import Place
from queue_server.domain.states import HELD, State
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import Ticket

LINE_BATCH = 20


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


def add_ticket(session: Writing, ticket: NewTicket) -> None:
    """Insert a ticket; the caller has looked for its id and its number."""
    session.execute(insert(Ticket).values(step=0, **vars(ticket)))


def ticket_by_id(session: Reading, ticket_id: UUID) -> Ticket | None:
    """Return a ticket, as it stands in this transaction."""
    return session.exec(
        select(Ticket).where(Ticket.id == ticket_id).execution_options(populate_existing=True)
    ).one_or_none()


def number_is_held(session: Reading, site_id: int, day: date, number: int) -> bool:
    """Tell whether another ticket of that day has this number."""
    found = select(Ticket.id).where(Ticket.site_id == site_id, Ticket.day == day, Ticket.number == number)
    return session.exec(found).first() is not None


def previous_arrival(session: Reading, device_id: int, day: date) -> datetime | None:
    """Return when the last ticket of a device's day arrived, None for its first one."""
    latest = select(func.max(Ticket.arrived_at)).where(Ticket.device_id == device_id, Ticket.day == day)
    return session.exec(latest).one()


def line(session: Reading, site_id: int, day: date) -> Iterator[Place]:
    """Yield the places of those who wait, in order, a few rows at a time."""
    waiting = (
        select(Ticket.place_at, Ticket.id)
        .where(Ticket.site_id == site_id, Ticket.day == day, Ticket.state == State.WAITING)
        .order_by(col(Ticket.place_at), col(Ticket.id))
        .execution_options(yield_per=LINE_BATCH)
    )
    with session.exec(waiting) as places:  # whoever takes the first only leaves no cursor open
        for at, ticket_id in places:
            yield Place(at, ticket_id)


def count_waiting(session: Reading, site_id: int, day: date) -> int:
    """Count those who wait."""
    waiting = select(func.count()).where(
        Ticket.site_id == site_id, Ticket.day == day, Ticket.state == State.WAITING
    )
    return session.exec(waiting).one()


def tickets_in(session: Reading, site_id: int, day: date, state: State) -> list[Ticket]:
    """Return the tickets of a day in one state, in the order of the line."""
    wanted = select(Ticket).where(Ticket.site_id == site_id, Ticket.day == day, Ticket.state == state)
    return list(session.exec(wanted.order_by(col(Ticket.place_at), col(Ticket.id))))


def held_by(session: Reading, agent_id: int) -> Ticket | None:
    """Return the ticket that an agent has called or receives, None when there is none."""
    held = select(Ticket).where(Ticket.agent_id == agent_id, col(Ticket.state).in_(HELD))
    return session.exec(held.execution_options(populate_existing=True)).first()


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
