"""The agents' page stays true: a nudge at each change, and the page fetches its state.

A nudge carries nothing, so a lost one is harmless: the next one brings everything.
"""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket

from queue_server.access import Access
from queue_server.actions.queue import QueueActions
from queue_server.live import Listener, LiveBoards, talk
from queue_server.pages.rendering import SESSION_COOKIE, Pages
from queue_server.storage.database import Database
from queue_server.storage.presences import presence_of

ALIVE_SECONDS = 10.0
NOT_SIGNED_IN = 4401


class AgentLive:
    """The socket of the agents' page."""

    def __init__(
        self, pages: Pages, access: Access, actions: QueueActions, database: Database, live: LiveBoards
    ) -> None:
        self._nudge = pages.text("_nudge.html")
        self._access = access
        self._actions = actions
        self._database = database
        self._live = live

    def routes(self) -> APIRouter:
        """Return the route of the socket."""
        routes = APIRouter()
        routes.add_api_websocket_route("/agent/live", self.follow)
        return routes

    async def follow(self, socket: WebSocket) -> None:
        """Nudge the page now and at each change; while it is open, its agent can stay available."""
        await socket.accept()
        found = await asyncio.to_thread(self._who, socket.cookies.get(SESSION_COOKIE))
        if found is None:
            await socket.close(NOT_SIGNED_IN)
            return
        agent_id, site_id = found
        listener = self._live.join(site_id)
        try:
            await talk(socket, self._nudge_for_ever(socket, listener, agent_id))
        finally:
            self._live.leave(site_id, listener)

    def _who(self, token: str | None) -> tuple[int, int] | None:
        agent = self._access.agent(token)
        if agent is None:
            return None
        with self._database.reading() as session:
            presence = presence_of(session, agent.id)
        return (agent.id, presence.site_id) if presence else None

    async def _nudge_for_ever(self, socket: WebSocket, listener: Listener, agent_id: int) -> None:
        while True:
            await asyncio.to_thread(self._actions.page_is_alive, agent_id)
            look_again = asyncio.get_running_loop().time() + ALIVE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout_at(look_again):
                    await self._nudge_at_news(socket, listener)

    async def _nudge_at_news(self, socket: WebSocket, listener: Listener) -> None:
        """Nudge now, then at each change, until it is time to look again: a device may have fallen silent."""
        while True:
            await socket.send_text(self._nudge)
            await listener.wait()
