"""Delivery: the tickets of the book go up to the server, in order, until each one is accepted.

One loop, the same online and offline. Nothing a server, a proxy or a captive portal answers can stop it.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC

import structlog

from contract.client import NumberTakenError, RefusedError, ServerClient, UnreachableError
from contract.heartbeat import HEARTBEAT_SECONDS, installed_version, report_once
from contract.messages import NUMBER_NOT_YOURS, Condition, DeviceStatus, Lease, TicketTaken
from kiosk.book import Book, Ticket
from kiosk.memory import Memory
from kiosk.numbers import is_ours

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
records = structlog.get_logger()


class Delivery:
    """Delivers a book; ``memory`` keeps what the server tells on the way.

    ``on_renumbered`` hears of each ticket that was accepted with another number than the visitor was given.
    """

    def __init__(
        self, book: Book, client: ServerClient, memory: Memory, on_renumbered: Callable[[Ticket], None]
    ) -> None:
        self._book = book
        self._client = client
        self._memory = memory
        self._on_renumbered = on_renumbered
        self._due = asyncio.Event()
        self._failed = False

    def due(self) -> None:
        """Say that there is something to deliver: the loop tries at once, whatever its pause."""
        self._due.set()

    def server_lives(self) -> None:
        """Say that the server was heard: what failed before is tried at once."""
        if self._failed:
            self._due.set()

    async def run(self) -> None:
        """Deliver for ever."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._due.clear()
            self._failed = not await self._delivered()
            if not self._failed:
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
            while (ticket := await self._next()) is not None:
                await self._deliver(ticket)
        except UnreachableError:
            return False
        return True

    async def _next(self) -> Ticket | None:
        """Return the next ticket; none leaves on a day that the server has not told, as long as it tells."""
        if self._book.needs_lease(self._memory.now()):
            await self._ask_lease()
        return self._book.undelivered()

    async def report_for_ever(self, printer: Callable[[], Condition]) -> None:
        """Send the heartbeat every few seconds."""
        while True:
            await self.report(printer())
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def report(self, printer: Condition) -> None:
        """Send one heartbeat, with the clock of this machine as it is; the answer tells what it lacks."""
        status = DeviceStatus(
            version=installed_version(),
            clock=self._memory.clock(),
            printer=printer,
            undelivered=self._book.held(),
        )
        answer = await report_once(self._client, status)
        if answer is not None:
            self._memory.keep_clock(answer.at, status.clock)

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
            self._accepted(ticket, accepted.lease)

    def _accepted(self, ticket: Ticket, lease: Lease | None) -> None:
        self._book.mark_delivered(ticket)
        if lease is not None:
            self._take(lease)
        if ticket.renumbered:  # only now: each refusal on the way would have been one more slip
            self._on_renumbered(ticket)

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

    def _set_aside(self, ticket: Ticket, why: str) -> None:
        self._book.set_aside(ticket, why)
        records.error("ticket set aside", cause=why)

    def _take(self, lease: Lease) -> None:
        self._book.take_lease(lease)
        self._memory.keep_lease(lease)

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
