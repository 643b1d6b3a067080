"""Migrations: bring a database to the tables of this version, or back; tell whether it has them."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError

from house.settings import SettingsError
from house.words import catalogue
from queue_server.storage.database import Database

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
LATEST = "head"
EMPTY = "base"


class DatabaseNotReadyError(SettingsError):
    """The database cannot be used as it is; the text says why and names the cure, on one line."""


def migrate(database: Database, target: str = LATEST) -> None:
    """Bring the database up to ``target``. Raises DatabaseNotReadyError, also for one of a later version."""
    _known_revision(database)
    _run(database, command.upgrade, target)


def migrate_back(database: Database, target: str = EMPTY) -> None:
    """Bring the database back to ``target``: what later tables held is lost."""
    _run(database, command.downgrade, target)


def check_ready(database: Database) -> None:
    """Raise DatabaseNotReadyError unless the database answers and has the tables of this version."""
    if _known_revision(database) != _revisions()[0]:
        sentence = catalogue().gettext(
            "the database has not the tables of this version: run porte-ouverte server migrate."
        )
        raise DatabaseNotReadyError(sentence)


def _known_revision(database: Database) -> str | None:
    """Return where the database is, None before its first migration."""
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        sentence = catalogue().gettext(
            "the database does not answer (%(why)s): start it, or correct PORTE_OUVERTE_DATABASE."
        )
        raise DatabaseNotReadyError(sentence % {"why": _why(database, error)}) from None
    if found is not None and found not in _revisions():
        sentence = catalogue().gettext(
            "the database is of a later version (%(revision)s): install that version of Porte ouverte."
        )
        raise DatabaseNotReadyError(sentence % {"revision": found})
    return found


def _why(database: Database, error: DatabaseError) -> str:
    """Return the driver's first line; none after a second @, which cuts a password in the middle."""
    unsafe = database.address.count("@") > 1
    return type(error.orig).__name__ if unsafe else str(error.orig).splitlines()[0]


@lru_cache(maxsize=1)
def _revisions() -> tuple[str, ...]:
    """Return the revisions of this version, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def _run(database: Database, step: object, target: str) -> None:
    assert callable(step)  # noqa: S101
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        step(config, target)
