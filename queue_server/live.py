"""Live news: whole boards, built and serialised once per change, sent to whoever is connected.

A change is told from any thread with ``tell``; the boards go out from the event loop a few milliseconds
later, in small groups, so that an answer never waits behind a thousand screens.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from contract.messages import Board
from queue_server.board import build_board, next_change
from queue_server.storage.database import Database

SETTLE_SECONDS = 0.001
"""Lets the answer that caused the news leave first, and makes one board of a burst."""
GROUP = 25
FAULT = 1011
"""The WebSocket close code for "the server met a condition it did not expect" (RFC 6455)."""
MARGIN_SECONDS = 0.05
records = structlog.get_logger()


class Listener:
    """One connection's place to wait: it sees the latest board and skips what it was too slow for."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._text: str | None = None

    def give(self, text: str) -> None:
        """Hand over a board, in the event loop."""
        self._text = text
        self._news.set()

    async def wait(self) -> str:
        """Wait for a board newer than the last one given."""
        await self._news.wait()
        self._news.clear()
        return self._text or ""


class LiveBoards:
    """The boards of all sites. ``run`` it in the event loop that serves the connections."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._listeners: dict[int, set[Listener]] = {}
        self._changed: set[int] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned: dict[int, asyncio.TimerHandle] = {}

    def tell(self, site_id: int) -> None:
        """Say that a site changed; called from any thread, returns at once."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, site_id)

    def join(self, site_id: int) -> Listener:
        """Start listening to a site."""
        listener = Listener()
        self._listeners.setdefault(site_id, set()).add(listener)
        return listener

    def leave(self, site_id: int, listener: Listener) -> None:
        """Stop listening."""
        self._listeners.get(site_id, set()).discard(listener)

    def current(self, site_id: int) -> Board:
        """Build the board as it is now; called from a worker thread."""
        with self._database.reading() as session:
            return build_board(session, site_id, self._clock())

    async def first(self, site_id: int) -> str:
        """Return the board for someone who has just joined, as it goes out."""
        board = await asyncio.to_thread(self.current, site_id)
        self._plan_next(site_id, board)
        return board.model_dump_json()

    async def run(self) -> None:
        """Send news for ever."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            for site_id in changed:
                await self._send(site_id)

    def _note(self, site_id: int) -> None:
        self._changed.add(site_id)
        self._wake.set()

    async def _send(self, site_id: int) -> None:
        if not self._listeners.get(site_id):
            return
        try:
            board = await asyncio.to_thread(self.current, site_id)
        except Exception:  # the next change tries again; the screens show the age of their news meanwhile
            records.exception("board not built")
            return
        self._plan_next(site_id, board)
        await self._fan_out(site_id, board.model_dump_json())

    async def _fan_out(self, site_id: int, text: str) -> None:
        listeners = list(self._listeners.get(site_id, ()))
        for start in range(0, len(listeners), GROUP):
            for listener in listeners[start : start + GROUP]:
                listener.give(text)
            await asyncio.sleep(0)

    def _plan_next(self, site_id: int, board: Board) -> None:
        """Calls leave the board, and days end, by the clock alone: look again then."""
        if (planned := self._planned.pop(site_id, None)) is not None:
            planned.cancel()
        seconds = next_change(board, self._clock()) + MARGIN_SECONDS
        self._planned[site_id] = asyncio.get_running_loop().call_later(seconds, self._note, site_id)


async def talk(socket: WebSocket, sending: Coroutine[Any, Any, None]) -> None:
    """Send until the other end has gone; a fault closes the socket, so that the other end tries again.

    The other end has nothing to say: reading is how its departure is noticed.
    """
    sender = asyncio.create_task(sending)
    reader = asyncio.create_task(_read_until_gone(socket))
    try:
        await asyncio.wait({sender, reader}, return_when=asyncio.FIRST_COMPLETED)
        if not reader.done() and not isinstance(sender.exception(), WebSocketDisconnect):
            records.error("link closed by a fault", cause=type(sender.exception()).__name__)
            await socket.close(FAULT)
    finally:
        sender.cancel()
        reader.cancel()
        await asyncio.gather(sender, reader, return_exceptions=True)


async def _read_until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, KeyError):  # a KeyError: something else than text
        while True:
            await socket.receive_text()
