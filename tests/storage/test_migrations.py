"""Migrations lead up, back and up again, and end at the very tables of the code."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from queue_server.storage.database import Database
from queue_server.storage.migrate import migrate, migrate_back
from tests.cast import MDS, open_reception
from tests.engines import Engines

OUR_TABLES = set(SQLModel.metadata.tables)
INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ 'alembic'",
}


@pytest.fixture
def empty(engines: Engines, engine: str) -> Iterator[Database]:
    """A database without any table, on each engine in turn."""
    with engines.empty(engine) as address:
        opened = Database(address)
        yield opened
        opened.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def indexes(database: Database, engine: str) -> set[str]:
    with database.reading() as session:
        return {" ".join(sql.split()) for sql in session.execute(text(INDEXES[engine])).scalars()}


def test_up_back_and_up_again(empty: Database) -> None:
    migrate(empty)
    assert tables(empty) == OUR_TABLES
    migrate_back(empty)
    assert tables(empty) == set()
    migrate(empty)
    assert open_reception(empty).site.code == MDS


def test_migrating_twice_changes_nothing(empty: Database, engine: str) -> None:
    migrate(empty)
    open_reception(empty)
    before = indexes(empty, engine)
    migrate(empty)
    assert indexes(empty, engine) == before
    with empty.reading() as session:
        assert session.execute(text("SELECT count(*) FROM agent")).scalar_one() == 3


def test_the_migrations_make_the_tables_of_the_code(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_the_indexes_of_the_code(engines: Engines, engine: str, empty: Database) -> None:
    SQLModel.metadata.create_all(empty.engine)
    with engines.fresh(engine) as address:
        migrated = Database(address)
        assert indexes(migrated, engine) == indexes(empty, engine)
        migrated.close()
