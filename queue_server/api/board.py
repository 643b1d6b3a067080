"""The board: whole snapshots, without a token (they hold what the waiting room sees)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket

from contract.messages import Board, SiteCode
from queue_server.api.problems import may_answer
from queue_server.live import Listener, LiveBoards, talk
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
            await talk(socket, _send_all(socket, listener, await live.first(site_id)))
        finally:
            live.leave(site_id, listener)

    return routes


async def _send_all(socket: WebSocket, listener: Listener, text: str) -> None:
    while True:
        await socket.send_text(text)
        text = await listener.wait()


def _site_id(database: Database, code: str | None) -> int:
    with database.reading() as session:
        return site_by_code(session, code).id
