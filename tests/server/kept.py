"""What the server has kept, for a test to look at."""

from sqlmodel import col, select

from queue_server.storage.database import Database
from queue_server.storage.tables import JournalRow, Ticket


def tickets_of(database: Database) -> list[Ticket]:
    """Return every ticket, in order of numbers."""
    with database.reading() as session:
        return list(session.exec(select(Ticket).order_by(col(Ticket.number))))


def numbers_of(database: Database) -> list[int]:
    """Return every number that was kept."""
    return [ticket.number for ticket in tickets_of(database)]


def journal_of(database: Database) -> list[JournalRow]:
    """Return the journal of all sites, in order of revisions."""
    with database.reading() as session:
        return list(
            session.exec(select(JournalRow).order_by(col(JournalRow.site_id), col(JournalRow.revision)))
        )
