"""Two ways to open a session: ``reading()`` and ``writing()``.

``writing()`` is one transaction, committed before it returns: what was answered is on the disk. On SQLite
it opens ``BEGIN IMMEDIATE`` behind one lock: a deferred ``BEGIN`` that writes later meets "database is
locked", and SQLite's own busy handler starves writers. On PostgreSQL the site's row lock gives the order.
The values of a statement stay out of its error: they would end in the records.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import CursorResult, Engine, Executable, Row, event, make_url
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, create_engine

BUSY_SECONDS = 10
CONNECT_SECONDS = 5
READERS = 8


class Reading(Session):
    """A session for queries."""

    def rows(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        """Return the rows of a statement that is built once, for what each ticket asks.

        It goes past the object mapper: most of a small statement's time would be spent there.
        """
        return self.connection().execute(statement, values).all()

    def stream(self, statement: Executable, batch: int, **values: Any) -> CursorResult[Any]:
        """Return them a few at a time, for whoever may stop early; to be closed."""
        return self.connection().execute(statement, values, execution_options={"yield_per": batch})


class Writing(Reading):
    """A session for changes: where a ``Writing`` is asked for, a ``Reading`` does not pass."""

    def write(self, statement: Executable, *values: dict[str, Any]) -> None:
        """Run a statement that is built once, for each of the values: it too goes past the object mapper."""
        self.connection().execute(statement, values)


class Database:
    """One database, SQLite or PostgreSQL, by its address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_sqlite = make_url(address).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(address) if self.is_sqlite else _postgresql_engine(address)
        self._lock: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open a session for queries; nothing it does is kept."""
        with Reading(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open one transaction; it is committed at the end of the block, or not at all."""
        with self._lock, Writing(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection(execution_options={"porte_ouverte_begin": "IMMEDIATE"})
            yield session
            session.commit()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _postgresql_engine(address: str) -> Engine:
    return create_engine(
        address,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )


def _sqlite_engine(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=40,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """WAL lets readers go on during a write; FULL means an acknowledged ticket survives a power cut."""
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    mode = connection.get_execution_options().get("porte_ouverte_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
