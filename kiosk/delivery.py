"""Delivery: the tickets of the book go up to the server, in order, until each one is accepted.

One loop, the same online and offline. Nothing a server, a proxy or a captive portal answers can stop it.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from contract.client import NumberTakenError, RefusedError, ServerClient, UnreachableError
from contract.heartbeat import HEARTBEAT_SECONDS, installed_version, report_once
from contract.messages import NUMBER_NOT_YOURS, Condition, DeviceStatus, Lease, TicketTaken
from kiosk.book import Book, Ticket
from kiosk.numbers import is_ours

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
records = structlog.get_logger()


class Delivery:
    """Delivers a book. ``on_lease`` and ``on_renumbered`` hear of what the server changed."""

    def __init__(
        self,
        book: Book,
        client: ServerClient,
        on_lease: Callable[[Lease], None],
        on_renumbered: Callable[[Ticket], None],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._client = client
        self._on_lease = on_lease
        self._on_renumbered = on_renumbered
        self._now = now
        self._due = asyncio.Event()

    def due(self) -> None:
        """Say that there is something to deliver: the loop tries at once, whatever its pause."""
        self._due.set()

    async def run(self) -> None:
        """Deliver for ever."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._due.clear()
            if await self._delivered():
                pause = FIRST_PAUSE_SECONDS
                await self._wait(LONGEST_PAUSE_SECONDS)
            else:
                await self._wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 (spreads the kiosks)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _delivered(self) -> bool:
        try:
            return await self.deliver_all()
        except Exception as error:  # a full disk, a fault of ours: later taps must still be delivered
            records.error("delivery failed", cause=type(error).__name__)
            return False

    async def deliver_all(self) -> bool:
        """Ask for the day's numbers where they lack, then deliver; True when nothing is left to send."""
        try:
            if self._book.needs_lease(self._now()):
                await self._ask_lease()
            while (ticket := self._book.undelivered()) is not None:
                await self._deliver(ticket)
        except UnreachableError:
            return False
        return True

    async def report_for_ever(self, printer: Callable[[], Condition]) -> None:
        """Send the heartbeat every 20 s."""
        while True:
            await self.report(printer())
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def report(self, printer: Condition) -> None:
        """Send one heartbeat."""
        status = DeviceStatus(
            version=installed_version(),
            clock=datetime.now(UTC),
            printer=printer,
            undelivered=self._book.held(),
        )
        await report_once(self._client, status)

    async def _ask_lease(self) -> Lease | None:
        try:
            lease = await self._client.lease()
        except RefusedError as error:
            records.error("no numbers for today", cause=error.problem.type)
            return None
        self._take(lease)
        return lease

    async def _deliver(self, ticket: Ticket) -> None:
        try:
            accepted = await self._client.deliver(_taken(ticket))
        except NumberTakenError as error:
            self._take(error.lease)
            self._renumber(ticket, error.lease, "number taken")
        except RefusedError as error:
            await self._refused(ticket, error)
        else:
            self._book.mark_delivered(ticket)
            if accepted.lease is not None:
                self._take(accepted.lease)

    async def _refused(self, ticket: Ticket, error: RefusedError) -> None:
        """Set one ticket aside and go on; but a number from before the first lease only wants another one."""
        lease = await self._ask_lease() if error.problem.type == NUMBER_NOT_YOURS else None
        if lease is None or is_ours(ticket.number, lease):
            self._set_aside(ticket, error.problem.type)
        else:
            self._renumber(ticket, lease, "number not leased")

    def _renumber(self, ticket: Ticket, lease: Lease, why: str) -> None:
        fresh = self._book.renumber(ticket)
        if fresh is None or not is_ours(fresh.number, lease):
            self._set_aside(ticket, why)
            return
        records.warning("ticket numbered again", cause=why)
        self._on_renumbered(fresh)

    def _set_aside(self, ticket: Ticket, why: str) -> None:
        self._book.set_aside(ticket, why)
        records.error("ticket set aside", cause=why)

    def _take(self, lease: Lease) -> None:
        self._book.take_lease(lease)
        self._on_lease(lease)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            return


def _taken(ticket: Ticket) -> TicketTaken:
    return TicketTaken(
        id=ticket.id, day=ticket.day, number=ticket.number, taken_at=ticket.taken_at.astimezone(UTC)
    )
