"""From a ticket to its slip: rendered, sent in a thread of its own, and pictured where the site asks for it.

A printer driver may hang for ever. The thread that it holds is left behind, and until it is free no other
job is sent: two jobs would mix. The number is on the screen all the while.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import structlog

from contract.messages import Condition
from kiosk.book import Ticket
from kiosk.commands import UnknownCommandError
from kiosk.pile import SlipPile
from kiosk.printer import Outcome, Printer
from kiosk.slip import Paper, Slip, slip_bytes

LIMIT_SECONDS = 8.0
"""Beyond the limits of each step, so it only ends a driver that ignores them."""
records = structlog.get_logger()


class Printing:
    """Prints one slip at a time, in the order in which they are asked for."""

    def __init__(
        self, printer: Printer, paper: Paper, address: Callable[[], str], pile: SlipPile | None = None
    ) -> None:
        self._printer = printer
        self._paper = paper
        self._address = address
        self._pile = pile
        self._turn = asyncio.Lock()
        self._held = False

    @property
    def condition(self) -> Condition:
        """How the printer was last seen."""
        return Condition.OFFLINE if self._held else self._printer.condition

    async def print(self, ticket: Ticket, people_before: int | None) -> Outcome:
        """Print a ticket's slip and tell what became of it. A fault never raises: the number is valid."""
        async with self._turn:
            try:
                slip = Slip(ticket.number, ticket.taken_at, self._address(), people_before)
                return await self._send(slip_bytes(slip, self._paper))
            except Exception as error:  # whatever it is, the visitor must be told to keep the number
                records.error("no slip", cause=type(error).__name__)
                return Outcome.FAILED

    async def _send(self, job: bytes) -> Outcome:
        if self._pile is not None:
            await asyncio.to_thread(_picture, self._pile, job)
        if self._held:
            return Outcome.FAILED
        async with asyncio.timeout(LIMIT_SECONDS):
            return await self._sent(job)

    def _sent(self, job: bytes) -> asyncio.Future[Outcome]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def settle(outcome: Outcome) -> None:
            self._held = False
            if not answer.done():
                answer.set_result(outcome)

        def send() -> None:
            outcome = self._outcome(job)
            with suppress(RuntimeError):  # the program ended meanwhile
                loop.call_soon_threadsafe(settle, outcome)

        self._held = True
        Thread(target=send, name="printer", daemon=True).start()
        return answer

    def _outcome(self, job: bytes) -> Outcome:
        try:
            return self._printer.print(job).outcome
        except Exception as error:  # a driver's own fault: the next slip must still be tried
            records.error("printer driver failed", cause=type(error).__name__)
            return Outcome.FAILED


def _picture(pile: SlipPile, job: bytes) -> None:
    try:
        pile.add(job)
    except (OSError, UnknownCommandError) as error:
        records.warning("no picture of the slip", cause=type(error).__name__)
