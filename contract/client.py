"""A device's way up to the server: idempotent HTTP, one call per message.

Three things can happen to a delivery, and the caller must tell them apart: the server was not reached or
could not answer now (``UnreachableError``: try again), it will never accept this (``RefusedError``), or the
number is held by another ticket (``NumberTakenError``: re-number from the lease and send again).
"""

from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from contract.messages import (
    NUMBER_TAKEN,
    BookRequest,
    DeviceStatus,
    Lease,
    Problem,
    StatusAccepted,
    TicketAccepted,
    TicketTaken,
)

TIMEOUT_SECONDS = 5.0
NOT_PERMANENT = frozenset({401, 403, 408, 425, 429})
Answer = TypeVar("Answer", bound=BaseModel)


class UnreachableError(Exception):
    """No answer, an answer that is not ours (a captive portal), or "not now": send the same thing later."""


class RefusedError(Exception):
    """The server will never accept this message."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class NumberTakenError(Exception):
    """Another ticket holds this number; ``lease`` has fresh ones."""

    def __init__(self, lease: Lease) -> None:
        super().__init__("number taken")
        self.lease = lease


class ServerClient:
    """Talks to ``server_url`` with a device's token. Use as an async context manager."""

    def __init__(
        self, server_url: str, token: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{server_url.rstrip('/')}/api/v1",
            headers={"authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def deliver(self, ticket: TicketTaken) -> TicketAccepted:
        """Deliver one ticket. Raises UnreachableError, RefusedError, NumberTakenError."""
        return await self._post("/tickets", ticket, TicketAccepted)

    async def lease(self) -> Lease:
        """Ask for today's numbers. Raises UnreachableError, RefusedError."""
        return await self._post("/books", BookRequest(), Lease)

    async def report(self, status: DeviceStatus) -> StatusAccepted:
        """Send the heartbeat. Raises UnreachableError, RefusedError."""
        return await self._post("/devices/status", status, StatusAccepted)

    async def _post(self, path: str, message: BaseModel, expected: type[Answer]) -> Answer:
        try:
            response = await self._http.post(
                path, content=message.model_dump_json(), headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise UnreachableError(type(error).__name__) from error
        return _answer(response, expected)


def _answer(response: httpx.Response, expected: type[Answer]) -> Answer:
    try:
        if response.is_success:
            return expected.model_validate_json(response.content)
        problem = Problem.model_validate_json(response.content)
    except ValidationError as error:
        raise UnreachableError("not an answer of Porte ouverte") from error
    if problem.type == NUMBER_TAKEN and problem.lease is not None:
        raise NumberTakenError(problem.lease)
    if response.status_code >= 500 or response.status_code in NOT_PERMANENT:
        raise UnreachableError(problem.title)
    raise RefusedError(problem)
