"""A device's view of the board, and the age of that view.

Whole snapshots come down a WebSocket. The first one after each connection is accepted whatever its
revision (a restored backup goes back); within a connection older ones are dropped. Age is the time since
the link last proved alive (a board, or the answer to a ping), never the server's clock against ours.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from contract.messages import Board

PING_SECONDS = 3.0
RETRY_SECONDS = 1.0
TOLD_AFTER = 3
"""Attempts that fail before a record says so: a restart is silent, a night without network one line."""
MAX_BOARD_BYTES = 256 * 1024
records = structlog.get_logger()


class BoardFollower:
    """Keeps the last good ``board`` of a site; ``on_news`` is awaited after each one."""

    def __init__(
        self,
        server_url: str,
        site: str,
        on_news: Callable[[Board], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.board: Board | None = None
        self._url = f"{server_url.rstrip('/').replace('http', 'ws', 1)}/api/v1/board?site={quote(site)}"
        self._on_news = on_news
        self._clock = clock
        self._alive_at: float | None = None

    def age(self) -> float | None:
        """Seconds since the link last proved alive; None before the first board."""
        return None if self._alive_at is None else self._clock() - self._alive_at

    async def follow(self) -> None:
        """Follow for ever; every fault ends in another attempt, a second or so later."""
        failures = 0
        while True:
            try:
                async with self._connection() as link:
                    if failures >= TOLD_AFTER:
                        records.warning("board link made again")
                    failures = 0
                    await self._listen(link)
            except (OSError, TimeoutError, WebSocketException) as error:
                failures += 1
                if failures == TOLD_AFTER:
                    records.warning("board link lost", cause=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 (spreads reconnections)

    def _connection(self) -> connect:
        return connect(
            self._url, compression=None, ping_interval=None, max_size=MAX_BOARD_BYTES, open_timeout=5
        )

    async def _listen(self, link: ClientConnection) -> None:
        revision = -1
        pings = asyncio.create_task(self._prove_alive(link))
        try:
            async for message in link:
                board = _read(message)
                if board is None or board.revision < revision:
                    continue
                revision = board.revision
                await self._take(board)
        finally:
            pings.cancel()

    async def _take(self, board: Board) -> None:
        self.board = board
        self._alive_at = self._clock()
        if self._on_news is None:
            return
        try:
            await self._on_news(board)
        except Exception:  # a fault of the listener must not end the link
            records.exception("news not taken")

    async def _prove_alive(self, link: ClientConnection) -> None:
        """Ping every few seconds; a link that stops answering is closed, and so tried afresh."""
        while True:
            await asyncio.sleep(PING_SECONDS)
            try:
                async with asyncio.timeout(2 * PING_SECONDS):
                    await (await link.ping())
            except (TimeoutError, WebSocketException):
                await link.close()
                return
            if self.board is not None:
                self._alive_at = self._clock()


def _read(message: str | bytes) -> Board | None:
    try:
        return Board.model_validate_json(message)
    except ValidationError:
        records.warning("board not understood")
        return None
