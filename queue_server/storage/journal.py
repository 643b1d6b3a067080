"""The journal: one row per action, appended in the transaction of its effect, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import insert

from queue_server.domain.states import Action, State
from queue_server.storage.database import Writing
from queue_server.storage.sites import bump_revision
from queue_server.storage.tables import JOURNAL

APPENDED = insert(JOURNAL)


@dataclass(frozen=True)
class Entry:
    """What happened to a ticket, when, and by whom at which desk (nobody, for a ticket being taken)."""

    site_id: int
    ticket_id: UUID
    action: Action
    from_state: State | None
    to_state: State
    at: datetime
    agent_id: int | None = None
    desk_id: int | None = None


def write_journal(session: Writing, *entries: Entry) -> int:
    """Append a row per entry, all of one site, and return its new revision, which the last row carries."""
    revision = bump_revision(session, entries[0].site_id, len(entries))
    first = revision - len(entries) + 1
    rows = [{"id": uuid4(), "revision": number, **vars(entry)} for number, entry in enumerate(entries, first)]
    session.write(APPENDED, *rows)
    return revision
