"""The gesture: the number is on disk, then on the screen; the slip and the delivery follow by themselves."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from contract.messages import Board
from kiosk.book import Book, Ticket
from kiosk.printer import Outcome

REPEAT_SECONDS = 4.0
NEWS_SECONDS = 10.0


class Prints(Protocol):
    """What the gesture needs of a printer."""

    async def print(self, ticket: Ticket, people_before: int | None) -> Outcome: ...


class News(Protocol):
    """What the gesture needs of the board."""

    board: Board | None

    def age(self) -> float | None: ...


@dataclass(frozen=True)
class Shown:
    """The number on the screen. ``paper`` is ``coming`` until the printer has answered."""

    ticket: Ticket
    people_before: int | None
    paper: Literal["coming"] | Outcome = "coming"
    repeated: bool = False

    @property
    def key(self) -> str:
        """Changes whenever the page must show something else for the same ticket."""
        return f"{self.ticket.id}/{self.ticket.number}/{self.paper}/{self.repeated:d}"


class Gesture:
    """Turns taps into tickets. A second tap within 4 s is the same person: it repeats the number.

    ``clock`` is monotonic, in seconds; ``delivery_due`` is called when a ticket is ready to be delivered.
    """

    def __init__(
        self,
        book: Book,
        printing: Prints,
        news: News,
        delivery_due: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shown: Shown | None = None
        self._book = book
        self._printing = printing
        self._news = news
        self._delivery_due = delivery_due
        self._clock = clock
        self._given_at = float("-inf")
        self._jobs: set[asyncio.Task[None]] = set()

    def tap(self, now: datetime) -> Shown:
        """Give a ticket, or repeat the last one. ``now`` is in the site's time zone.

        Raises BookSpentError, and sqlite3.Error when the disk fails.
        """
        if self.shown is not None and self._clock() - self._given_at < REPEAT_SECONDS:
            self.shown = replace(self.shown, repeated=True)
            return self.shown
        ticket = self._book.issue(now)
        self._given_at = self._clock()
        return self._show(Shown(ticket, people_before(self._news)))

    def renumber(self, ticket: Ticket) -> None:
        """Show and print the new number of a ticket, unless its day is over and nobody waits with it."""
        if ticket.day != self._book.day:
            return
        if self.shown is not None and self.shown.ticket.id == ticket.id:
            self._show(Shown(ticket, self.shown.people_before))
        else:
            self._start(self._print(Shown(ticket, None)))

    async def finish(self) -> None:
        """Wait for the slips still being printed."""
        await asyncio.gather(*self._jobs)

    def _show(self, shown: Shown) -> Shown:
        self.shown = shown
        self._start(self._print(shown))
        self._delivery_due()
        return shown

    async def _print(self, shown: Shown) -> None:
        outcome = await self._printing.print(shown.ticket, shown.people_before)
        if self.shown is not None and self.shown.ticket == shown.ticket:
            self.shown = replace(self.shown, paper=outcome)

    def _start(self, job: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)


def people_before(news: News) -> int | None:
    """Return how many people wait, or None when the board is older than 10 s: no stale figure is shown."""
    age = news.age()
    if news.board is None or age is None or age > NEWS_SECONDS:
        return None
    return news.board.waiting
