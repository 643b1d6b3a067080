"""What every test may ask for: a fresh database on each engine, a clock that stands still, the cast."""

import os
from collections.abc import Generator, Iterator
from typing import TypeVar, cast

import pytest

from queue_server.storage.database import Database
from tests.cast import Reception, open_reception
from tests.doubles import Clock
from tests.engines import POSTGRESQL, SQLITE, Engines

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """See ``nothing_skipped``."""
    return nothing_skipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """See ``nothing_skipped``."""
    return nothing_skipped((yield))


def nothing_skipped(report: Report) -> Report:
    """With NO_SKIP=1, what is skipped has failed: nobody reads that a test was not run."""
    asked = os.environ.get("NO_SKIP", "") not in ("", "0")
    if asked and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and NO_SKIP is set: {report.longrepr}"
    return report


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
