"""What every test may ask for: a fresh database on each engine, a clock that stands still, the cast."""

from collections.abc import Iterator
from typing import cast

import pytest

from queue_server.storage.database import Database
from tests.cast import Reception, open_reception
from tests.doubles import Clock
from tests.engines import POSTGRESQL, SQLITE, Engines


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Both engines; PostgreSQL starts when a test first asks for it."""
    made = Engines()
    yield made
    made.close()


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return cast(str, request.param)


@pytest.fixture
def engine_address(engines: Engines, engine: str) -> Iterator[str]:
    """The address of a fresh migrated database, on each engine in turn."""
    with engines.fresh(engine) as address:
        yield address


@pytest.fixture
def sqlite_address(engines: Engines) -> Iterator[str]:
    """The address of a fresh migrated SQLite database."""
    with engines.fresh(SQLITE) as address:
        yield address


@pytest.fixture
def postgresql_address(engines: Engines) -> Iterator[str]:
    """The address of a fresh migrated PostgreSQL database."""
    with engines.fresh(POSTGRESQL) as address:
        yield address


@pytest.fixture
def database(engine_address: str) -> Iterator[Database]:
    """A fresh migrated database, on each engine in turn."""
    opened = Database(engine_address)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def reception(database: Database) -> Reception:
    """The MDS de démonstration with its people."""
    return open_reception(database)
