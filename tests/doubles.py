"""Stand-ins for what a test must hold in its hand: the time, a served program, a browser, a kiosk."""

import asyncio
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import httpx
import uvicorn
from starlette.types import ASGIApp
from websockets.sync.client import ClientConnection, connect

from contract.messages import Board, TicketTaken
from tests.cast import DISPLAY_TOKEN, KIOSK_TOKEN, NINE, PASSWORD

HOST = "127.0.0.1"
PAUSE = 0.005
HTMX = {"hx-request": "true"}
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""No test speaks TLS: reading the certificates of the world for each client would take most of the time."""


class Clock:
    """A clock that stands still; ``forward`` moves it."""

    def __init__(self, now: datetime = NINE) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move on, by ``seconds=``, ``minutes=``, ``hours=`` or ``days=``."""
        self.now += timedelta(**by)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class PromptServer(uvicorn.Server):
    """Uvicorn takes a tenth of a second to see that it should stop, and another to stop: too long here."""

    async def main_loop(self) -> None:
        """Look more often."""
        while not await self.on_tick(0):  # noqa: ASYNC110 (a tick is what Uvicorn has)
            await asyncio.sleep(PAUSE)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Close the connections, and wait no longer than it takes."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(PAUSE)
        await self.lifespan.shutdown()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application over real HTTP, in a thread; give its address."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        config = uvicorn.Config(app, access_log=False, log_level="warning", timeout_graceful_shutdown=1)
        server = PromptServer(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started or not thread.is_alive())
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that is about to be true; fail when it is not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(PAUSE)


def get(address: str, **headers: str) -> httpx.Response:
    """Fetch an address, as somebody without a cookie."""
    return httpx.get(address, headers=headers, verify=PLAIN, timeout=20)


def post(address: str, **sent: Any) -> httpx.Response:
    """Send something to an address, as somebody without a cookie: ``json=``, ``data=``, ``content=``…"""
    return httpx.post(address, verify=PLAIN, timeout=20, **sent)


class Visitor:
    """An HTTP client of one server, with its own cookies. Use as a context manager."""

    def __init__(self, address: str, **headers: str) -> None:
        self.address = address
        self.http = httpx.Client(base_url=address, headers=headers, timeout=20, verify=PLAIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()


class KioskDouble(Visitor):
    """A kiosk as the server sees one: it asks for numbers and delivers tickets."""

    def __init__(self, address: str, token: str = KIOSK_TOKEN) -> None:
        super().__init__(address, authorization=f"Bearer {token}")

    def deliver(self, ticket: TicketTaken) -> httpx.Response:
        """Deliver a ticket."""
        return self.post("/tickets", ticket.model_dump(mode="json"))

    def lease(self) -> dict[str, Any]:
        """Ask for today's numbers."""
        answer = self.post("/books", {})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, message: object) -> httpx.Response:
        """Send any message to the API."""
        return self.http.post(f"/api/v1{path}", json=message)

    def post_raw(self, path: str, body: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
        """Send bytes as they are; an iterator goes in pieces, without a length."""
        return self.http.post(
            f"/api/v1{path}", content=body, headers={"content-type": "application/json", **headers}
        )


class DisplayDouble(KioskDouble):
    """A display: it may report, and nothing else."""

    def __init__(self, address: str) -> None:
        super().__init__(address, DISPLAY_TOKEN)


class AgentBrowser(Visitor):
    """An agent's browser: it keeps the cookie and presses what the page shows."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.page = ""

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Send the sign-in form."""
        return self.http.post("/sign-in", data={"login": login, "password": password})

    def sit(self, desk_id: int) -> httpx.Response:
        """Choose a desk."""
        return self.http.post("/desk", data={"desk": desk_id})

    def look(self) -> str:
        """Open the agents' page."""
        return self._shown(self.http.get("/agent"))

    def available(self) -> str:
        """Press *disponible*."""
        return self._shown(self.http.post("/agent/available", headers=HTMX))

    def press(self, action: str) -> str:
        """Press a key of the person in front, with the step that the page shows."""
        ticket, step = self.keys()[action]
        return self.act(ticket, action, step)

    def act(self, ticket: UUID | str, action: str, step: int) -> str:
        """Send a step of the visit as a page would, whatever the page shows."""
        sent = self.http.post(f"/agent/tickets/{ticket}/{action}", data={"step": step}, headers=HTMX)
        return self._shown(sent)

    def keys(self) -> dict[str, tuple[UUID, int]]:
        """Return the steps that the page offers: action -> (ticket, step)."""
        forms = re.findall(
            r'action="/agent/tickets/([0-9a-f-]+)/(\w+)".*?name="step" value="(\d+)"', self.page, re.DOTALL
        )
        return {action: (UUID(ticket), int(step)) for ticket, action, step in forms}

    def offers(self, action: str) -> bool:
        """Tell whether the page offers a step."""
        return action in self.keys()

    def number(self) -> int | None:
        """Return the number of the person called to, or received at, this desk."""
        found = re.search(r'class="person person-current".*?class="digits">(\d+)<', self.page, re.DOTALL)
        return int(found[1]) if found else None

    def _shown(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200, f"{answer.status_code} {answer.headers} {answer.text[:300]}"
        self.page = answer.text
        return self.page


@contextmanager
def following(address: str, path: str = "/api/v1/board", **headers: str) -> Iterator[ClientConnection]:
    """Open a WebSocket of the server."""
    with connect(address.replace("http", "ws", 1) + path, additional_headers=headers) as link:
        yield link


def next_board(link: ClientConnection, seconds: float = 5.0) -> Board:
    """Wait for the next board."""
    return Board.model_validate_json(link.recv(seconds))


def no_board(link: ClientConnection, seconds: float = 0.3) -> bool:
    """Tell that nothing comes."""
    try:
        link.recv(seconds)
    except TimeoutError:
        return True
    return False
