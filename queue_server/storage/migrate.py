"""Migrations: bring a database to the tables of this version, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from queue_server.storage.database import Database

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
LATEST = "head"
EMPTY = "base"


def migrate(database: Database, target: str = LATEST) -> None:
    """Bring the database up to ``target``."""
    _run(database, command.upgrade, target)


def migrate_back(database: Database, target: str = EMPTY) -> None:
    """Bring the database back to ``target``: what later tables held is lost."""
    _run(database, command.downgrade, target)


def _run(database: Database, step: object, target: str) -> None:
    assert callable(step)  # noqa: S101
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        step(config, target)
