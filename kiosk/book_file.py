"""The file under the book: its tables, its durability, and the lock that keeps a second program out."""

import sqlite3
from pathlib import Path

from house.settings import SettingsError
from house.words import catalogue

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS book (
        one INTEGER PRIMARY KEY CHECK (one = 1), day TEXT, told_day TEXT,
        reserve_first INTEGER, reserve_last INTEGER, from_halfway INTEGER NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS leased (first INTEGER NOT NULL, last INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS spent (
        day TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (day, number)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS tickets (
        place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL,
        number INTEGER NOT NULL, taken_at TEXT NOT NULL, set_aside TEXT)""",
    "CREATE TABLE IF NOT EXISTS renumbered (id TEXT PRIMARY KEY) WITHOUT ROWID",
)
# Write-ahead log and FULL: one sync per commit. A rollback journal would need EXTRA for the same promise.
PRAGMAS = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
)


class BookHeldError(SettingsError):
    """Another program has this book open."""


def open_book_file(path: Path) -> sqlite3.Connection:
    """Open the file, made when missing, and keep it locked. Raises BookHeldError, SettingsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        disk = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(_unusable(path, error)) from error
    try:
        _prepare(disk)
    except sqlite3.Error as error:
        disk.close()
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise BookHeldError(_held(path)) from error
        raise SettingsError(_unusable(path, error)) from error
    return disk


def _prepare(disk: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        disk.execute(pragma)
    disk.execute("BEGIN EXCLUSIVE")
    for table in SCHEMA:
        disk.execute(table)
    disk.execute("INSERT OR IGNORE INTO book (one, from_halfway) VALUES (1, 1)")
    disk.execute("COMMIT")


def _held(path: Path) -> str:
    sentence = catalogue().gettext(
        "the book %(path)s is already open in another program: stop that one, or change %(setting)s."
    )
    return sentence % {"path": path, "setting": "PORTE_OUVERTE_KIOSK_DATA"}


def _unusable(path: Path, error: Exception) -> str:
    sentence = catalogue().gettext("the book %(path)s cannot be opened (%(why)s): check %(setting)s.")
    return sentence % {"path": path, "why": error, "setting": "PORTE_OUVERTE_KIOSK_DATA"}
