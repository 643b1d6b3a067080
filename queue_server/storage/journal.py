"""The journal: one row per action, appended in the transaction of its effect, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import insert

from queue_server.domain.states import Action, State
from queue_server.storage.database import Writing
from queue_server.storage.sites import bump_revision
from queue_server.storage.tables import JournalRow


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


def write_journal(session: Writing, entry: Entry) -> int:
    """Append one row and return the site's new revision, which the row carries."""
    revision = bump_revision(session, entry.site_id)
    row = {"id": uuid4(), "revision": revision, **vars(entry)}
    session.execute(insert(JournalRow).values(row))
    return revision
