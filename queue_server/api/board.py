"""The board: whole snapshots, without a token (they hold what the waiting room sees)."""

import asyncio
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from contract.messages import Board, SiteCode
from queue_server.api.problems import may_answer
from queue_server.live import Listener, LiveBoards
from queue_server.storage.database import Database
from queue_server.storage.sites import UnknownSiteError, site_by_code

UNKNOWN_SITE = 4404
SiteQuery = Annotated[SiteCode | None, Query()]


def board_routes(database: Database, live: LiveBoards) -> APIRouter:
    """Return the routes of the board."""
    routes = APIRouter(tags=["board"])

    @routes.get("/board", responses=may_answer(404, 422))
    def read_board(site: SiteQuery = None) -> Board:
        """Return the board of a site as it is now."""
        return live.current(_site_id(database, site))

    @routes.websocket("/board")
    async def follow_board(socket: WebSocket, site: SiteQuery = None) -> None:
        """Send the whole board at once, then after each change."""
        await socket.accept()
        try:
            site_id = await asyncio.to_thread(_site_id, database, site)
        except UnknownSiteError:
            await socket.close(UNKNOWN_SITE)
            return
        listener = live.join(site_id)
        try:
            board = await asyncio.to_thread(live.current, site_id)
            await _send_until_gone(socket, listener, board.model_dump_json())
        finally:
            live.leave(site_id, listener)

    return routes


async def _send_until_gone(socket: WebSocket, listener: Listener, first: str) -> None:
    sender = asyncio.create_task(_send_all(socket, listener, first))
    try:
        with suppress(WebSocketDisconnect, KeyError):
            while True:  # a client has nothing to say; reading is how its departure is noticed
                await socket.receive_text()
    finally:
        sender.cancel()


async def _send_all(socket: WebSocket, listener: Listener, text: str) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(text)
            text = await listener.wait()


def _site_id(database: Database, code: str | None) -> int:
    with database.reading() as session:
        return site_by_code(session, code).id
