"""The calls of a day, read from the journal: a call is a row, a recall a later row of the same ticket."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select

from queue_server.domain.states import Action
from queue_server.storage.database import Reading
from queue_server.storage.tables import Desk, JournalRow, Ticket

CALLING = (Action.CALL, Action.RECALL)


@dataclass(frozen=True)
class MadeCall:
    """A call that was made: its id, whom it named, where to, when, and how the ticket stands now."""

    id: UUID
    ticket_id: UUID
    number: int
    state: str
    at: datetime
    desk: Desk


def latest_calls(session: Reading, site_id: int, day: date, limit: int, since: datetime) -> list[MadeCall]:
    """Return the last call of each ticket, newest first: ``limit`` at most, but all those after ``since``."""
    wanted = (
        select(JournalRow, Ticket, Desk)
        .join(Ticket, col(Ticket.id) == JournalRow.ticket_id)
        .join(Desk, col(Desk.id) == JournalRow.desk_id)
        .where(JournalRow.site_id == site_id, Ticket.day == day, col(JournalRow.action).in_(CALLING))
        .order_by(col(JournalRow.revision).desc())
        .execution_options(yield_per=limit)
    )
    calls: dict[UUID, MadeCall] = {}
    with session.exec(wanted) as rows:
        for row, ticket, desk in rows:
            call = MadeCall(row.id, ticket.id, ticket.number, ticket.state, row.at, desk)
            if len(calls) >= limit and call.at < since:
                break
            calls.setdefault(call.ticket_id, call)
    return list(calls.values())
