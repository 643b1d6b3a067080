"""The intake: deliveries that come while the disk is busy are written together ("group commit").

One group at a time: a commit waits for the disk, and whoever arrives meanwhile shares the next one. An
answer still leaves only after the commit that holds its ticket. Nobody is made to wait for others to come.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError, TimeoutError

from contract.messages import TicketTaken
from queue_server.access import Access
from queue_server.actions.issuing import Accepted, Delivery
from queue_server.actions.queue import QueueActions

NO_DATABASE = (OperationalError, TimeoutError)
"""What says that the database is away: trying again one by one would only make everybody wait."""
MOST_TOGETHER = 64
"""Bounds how long one group keeps the other writers waiting."""


@dataclass(frozen=True)
class Waiting:
    """One request: the token it came with, what it delivers, and the answer it waits for."""

    authorization: str | None
    taken: TicketTaken
    answer: asyncio.Future[Accepted]


class Intake:
    """Lives in the event loop that serves requests; groups are written in a worker thread."""

    def __init__(self, access: Access, actions: QueueActions) -> None:
        self._access = access
        self._actions = actions
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def deliver(self, authorization: str | None, taken: TicketTaken) -> Accepted:
        """Take a ticket in, once.

        Raises what ``Access.device`` and ``QueueActions.take_ticket`` raise.
        """
        waiting = Waiting(authorization, taken, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await waiting.answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                outcomes = await asyncio.to_thread(self._take, group)
                for waiting, outcome in zip(group, outcomes, strict=True):
                    _answer(waiting, outcome)
        finally:
            self._writer = None

    def _take(self, group: list[Waiting]) -> list[Accepted | Exception]:
        """Take a group in; where it fails as a whole, one by one, so that each fails only for itself."""
        try:
            return self._take_together(group)
        except Exception as error:  # whatever it is, it is the answer of the request that caused it
            if len(group) == 1 or isinstance(error, NO_DATABASE):
                return [error] * len(group)
            return [outcome for waiting in group for outcome in self._take([waiting])]

    def _take_together(self, group: list[Waiting]) -> list[Accepted | Exception]:
        devices = self._access.devices({waiting.authorization for waiting in group}, "tickets")
        outcomes: dict[int, Accepted | Exception] = {}
        by_site: dict[int, dict[int, Delivery]] = {}
        for rank, waiting in enumerate(group):
            device = devices[waiting.authorization]
            if isinstance(device, Exception):
                outcomes[rank] = device
            else:
                by_site.setdefault(device.site_id, {})[rank] = Delivery(device, waiting.taken)
        for site_id, deliveries in by_site.items():
            taken = self._actions.take_tickets(site_id, list(deliveries.values()))
            outcomes.update(zip(deliveries, taken, strict=True))
        return [outcomes[rank] for rank in range(len(group))]


def _answer(waiting: Waiting, outcome: Accepted | Exception) -> None:
    if waiting.answer.done():  # the request was abandoned; its ticket is kept all the same
        return
    if isinstance(outcome, Exception):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
