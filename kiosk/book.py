"""The book: the numbers this kiosk may give and the tickets it has given, on its own disk.

A number is committed to disk (SQLite, ``synchronous=FULL``) before ``issue`` returns it: after a power cut
at any instant it is never given twice, and a ticket that was announced is always delivered.
One book belongs to one program and to one thread: the file stays locked while it is open.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

from contract.messages import Lease, NumberRange
from kiosk.book_file import open_book_file
from kiosk.numbers import Stock, day_by_clock, next_number

UNDELIVERED = """SELECT id, day, number, taken_at, id IN (SELECT id FROM renumbered) FROM tickets
    WHERE set_aside IS NULL"""


class BookSpentError(Exception):
    """Every number of the day has been given: leased, reserve and spare."""


@dataclass(frozen=True)
class Ticket:
    """What a visitor holds. ``taken_at`` is aware; ``day`` is the civil day of the site.

    ``renumbered`` until the server has accepted it: the paper still bears the number it had before.
    """

    id: UUID
    day: date
    number: int
    taken_at: datetime
    renumbered: bool = False


class Book:
    """A ticket stays in the book until the server has accepted it; its number until the day is over."""

    def __init__(self, path: Path) -> None:
        """Open a book, or begin one. Raises BookHeldError, SettingsError."""
        self._disk = open_book_file(path)

    def close(self) -> None:
        self._disk.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def day(self) -> date | None:
        """The day of the last ticket or lease; None in a book that has seen neither."""
        return _date(self._value("day"))

    def needs_lease(self, now: datetime) -> bool:
        """Tell whether no numbers were leased for the day it is. ``now`` is in the site's time zone."""
        told_day = self._told_day
        return told_day is None or told_day != day_by_clock(self.day, told_day, now.date())

    def know_reserve(self, reserve: NumberRange) -> None:
        """Learn in a new book the reserve an earlier one had: used from halfway until a lease comes."""
        if self._value("reserve_first") is None:
            with self._writing() as disk:
                disk.execute(
                    "UPDATE book SET reserve_first = ?, reserve_last = ?", (reserve.first, reserve.last)
                )

    def take_lease(self, lease: Lease) -> None:
        """Replace all ranges by those of ``lease``, and turn to its day, also when the book was ahead of it.

        The server's clock counts. The tickets that ours gave a day to come are brought back with the book.
        """
        with self._writing() as disk:
            self._turn_to(lease.day)
            disk.execute("DELETE FROM leased")
            disk.executemany("INSERT INTO leased VALUES (?, ?)", [(r.first, r.last) for r in lease.ranges])
            disk.execute(
                "UPDATE book SET told_day = ?, reserve_first = ?, reserve_last = ?",
                (lease.day.isoformat(), lease.reserve.first, lease.reserve.last),
            )
            self._bring_back(lease.day)
            self._forget()

    def issue(self, now: datetime) -> Ticket:
        """Give the next number; it is on disk when this returns. ``now`` is in the site's time zone.

        Raises BookSpentError, and sqlite3.Error when the disk fails (then nothing was given).
        """
        with self._writing() as disk:
            self._turn_to(day_by_clock(self.day, self._told_day, now.date()))
            self._forget()
            day = self.day or now.date()
            ticket = Ticket(uuid4(), day, self._spend(day), now)
            disk.execute(
                "INSERT INTO tickets (id, day, number, taken_at) VALUES (?, ?, ?, ?)",
                (str(ticket.id), day.isoformat(), ticket.number, now.isoformat()),
            )
        return ticket

    def undelivered(self) -> Ticket | None:
        """Return the oldest ticket the server has not accepted, or None."""
        row = self._disk.execute(f"{UNDELIVERED} ORDER BY place LIMIT 1").fetchone()
        return None if row is None else _ticket(row)

    def held(self) -> int:
        """Count the tickets the server has not accepted, those set aside included."""
        return int(self._disk.execute("SELECT count(*) FROM tickets").fetchone()[0])

    def mark_delivered(self, ticket: Ticket) -> None:
        """Forget a ticket: the server holds it now."""
        with self._writing() as disk:
            disk.execute("DELETE FROM tickets WHERE id = ?", (str(ticket.id),))
            disk.execute("DELETE FROM renumbered WHERE id = ?", (str(ticket.id),))

    def set_aside(self, ticket: Ticket, why: str) -> None:
        """Keep a ticket that the server will never accept out of the way of the others."""
        with self._writing() as disk:
            disk.execute("UPDATE tickets SET set_aside = ? WHERE id = ?", (why, str(ticket.id)))

    def renumber(self, ticket: Ticket) -> Ticket | None:
        """Give a ticket another number of its day, at the same place in the order; None when none is left."""
        try:
            with self._writing():
                return self._renumber(ticket)
        except BookSpentError:
            return None

    def _renumber(self, ticket: Ticket) -> Ticket:
        number = self._spend(ticket.day)
        self._disk.execute("UPDATE tickets SET number = ? WHERE id = ?", (number, str(ticket.id)))
        self._disk.execute("INSERT OR IGNORE INTO renumbered VALUES (?)", (str(ticket.id),))
        return replace(ticket, number=number, renumbered=True)

    def _bring_back(self, day: date) -> None:
        """Give ``day`` to the tickets of a clock that ran ahead; each keeps its number where that is free."""
        rows = self._disk.execute(f"{UNDELIVERED} AND day > ? ORDER BY place", (day.isoformat(),)).fetchall()
        for ticket in map(_ticket, rows):
            self._disk.execute("UPDATE tickets SET day = ? WHERE id = ?", (day.isoformat(), str(ticket.id)))
            kept = self._disk.execute(
                "INSERT OR IGNORE INTO spent VALUES (?, ?)", (day.isoformat(), ticket.number)
            )
            if not kept.rowcount:
                with suppress(BookSpentError):  # as it is, the server asks for another number
                    self._renumber(replace(ticket, day=day))

    def _spend(self, day: date) -> int:
        number = next_number(self._stock(day))
        if number is None:
            raise BookSpentError
        self._disk.execute("INSERT INTO spent VALUES (?, ?)", (day.isoformat(), number))
        return number

    def _stock(self, day: date) -> Stock:
        told_day, first, last, from_halfway = self._disk.execute(
            "SELECT told_day, reserve_first, reserve_last, from_halfway FROM book"
        ).fetchone()
        rows = self._disk.execute("SELECT first, last FROM leased ORDER BY rowid").fetchall()
        spent = self._disk.execute("SELECT number FROM spent WHERE day = ?", (day.isoformat(),))
        return Stock(
            leased=tuple(_ranges(rows)) if told_day == day.isoformat() else (),
            reserve=None if first is None else NumberRange(first=first, last=last),
            from_halfway=bool(from_halfway),
            spent={number for (number,) in spent},
        )

    def _turn_to(self, day: date) -> None:
        """Open the page of ``day``. An earlier book may have begun a day gone back to, not one to come."""
        before = self.day
        if day == before:
            return
        if before is not None and self._told_day is not None:
            self._disk.execute("UPDATE book SET from_halfway = ?", (day < before,))
        self._disk.execute("UPDATE book SET day = ?", (day.isoformat(),))

    def _forget(self) -> None:
        """Forget the numbers of the days that are over by clock and by server, unless a ticket bears one."""
        over = "day < (SELECT min(day, coalesce(told_day, day)) FROM book)"
        self._disk.execute(f"DELETE FROM spent WHERE {over} AND day NOT IN (SELECT day FROM tickets)")  # noqa: S608

    @property
    def _told_day(self) -> date | None:
        return _date(self._value("told_day"))

    def _value(self, column: str) -> str | None:
        row = self._disk.execute(f"SELECT {column} FROM book").fetchone()  # noqa: S608 (our own names)
        return None if row[0] is None else str(row[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._disk.execute("BEGIN IMMEDIATE")
        try:
            yield self._disk
        except BaseException:
            self._disk.execute("ROLLBACK")
            raise
        self._disk.execute("COMMIT")


def _ticket(row: tuple[str, str, int, str, int]) -> Ticket:
    ticket_id, day, number, taken_at, renumbered = row
    instant = datetime.fromisoformat(taken_at)
    return Ticket(UUID(ticket_id), date.fromisoformat(day), number, instant, bool(renumbered))


def _ranges(rows: list[tuple[int, int]]) -> Iterator[NumberRange]:
    return (NumberRange(first=first, last=last) for first, last in rows)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
