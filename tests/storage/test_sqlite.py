"""SQLite is set so that an acknowledged ticket survives a power cut, and writers queue up."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import col, update

from queue_server.storage.database import Database
from queue_server.storage.tables import Site
from tests.cast import Reception, open_reception

FULL = 2


@pytest.fixture
def database(sqlite_address: str) -> Iterator[Database]:
    """A fresh SQLite database."""
    opened = Database(sqlite_address)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", FULL), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_every_connection_is_prepared(database: Database, pragma: str, value: object) -> None:
    with database.reading() as reading, database.writing() as writing, database.reading() as another:
        for session in (reading, writing, another):
            assert session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_a_reader_goes_on_during_a_write(database: Database) -> None:
    reception = open_reception(database)
    with database.writing() as writing:
        writing.execute(update(Site).values(address="2 rue Neuve"))
        with database.reading() as reading:
            assert reading.get_one(Site, reception.site.id).address == "12 rue de la Gare, Bondy"


def test_writers_of_two_programs_wait_for_each_other(database: Database, sqlite_address: str) -> None:
    reception = open_reception(database)
    programs = [database, Database(sqlite_address)]
    errors: list[Exception] = []

    def write(program: Database) -> None:
        try:
            for _ in range(20):
                _add_one(program, reception)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(program,)) for program in programs * 4]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    programs[1].close()
    assert errors == []
    with database.reading() as session:
        assert session.get_one(Site, reception.site.id).revision == 20 * len(writers)


def _add_one(program: Database, reception: Reception) -> None:
    """Read, then write: a deferred transaction would meet "database is locked" here."""
    with program.writing() as session:
        site = session.get_one(Site, reception.site.id)
        session.execute(update(Site).where(col(Site.id) == site.id).values(revision=site.revision + 1))
