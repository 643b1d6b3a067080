"""The calls of a day, read from the journal: a call is a row, a recall a later row of the same ticket."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from queue_server.domain.states import Action
from queue_server.storage.database import Reading
from queue_server.storage.tables import DESKS, JOURNAL, TICKETS, JournalRow

CALLING = (Action.CALL, Action.RECALL)
SHOWN = [
    *(JOURNAL.c.id, JOURNAL.c.ticket_id, JOURNAL.c.at),
    *(TICKETS.c.number, TICKETS.c.state),
    *(DESKS.c.word, DESKS.c.mark, DESKS.c.arrow),
]
CALLS = (
    select(*SHOWN)
    .join(TICKETS, TICKETS.c.id == JOURNAL.c.ticket_id)
    .join(DESKS, DESKS.c.id == JOURNAL.c.desk_id)
    .where(
        JOURNAL.c.site_id == bindparam("site"),
        TICKETS.c.day == bindparam("of_day"),
        JOURNAL.c.action.in_(CALLING),
    )
    .order_by(JOURNAL.c.revision.desc())
)


@dataclass(frozen=True)
class MadeCall:
    """A call that was made: its id, whom it named, when, where to, and how the ticket stands now."""

    id: UUID
    ticket_id: UUID
    at: datetime
    number: int
    state: str
    word: str
    mark: str
    arrow: str | None


def called_at(session: Reading, ticket_id: UUID) -> datetime | None:
    """Return when a ticket was last called, None when it never was."""
    last = select(func.max(JournalRow.at)).where(
        JournalRow.ticket_id == ticket_id, col(JournalRow.action).in_(CALLING)
    )
    return session.exec(last).one()


def latest_calls(session: Reading, site_id: int, day: date, limit: int, since: datetime) -> list[MadeCall]:
    """Return the last call of each ticket, newest first: ``limit`` at most, but all those after ``since``."""
    calls: dict[UUID, MadeCall] = {}
    with session.stream(CALLS, limit, site=site_id, of_day=day) as rows:
        for row in rows:
            call = MadeCall(**row._mapping)
            if len(calls) >= limit and call.at < since:
                break
            calls.setdefault(call.ticket_id, call)
    return list(calls.values())
