"""The pages that show this screen: one per television, told everything as whole snapshots."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import WebSocket

from contract.messages import Condition

MESSAGES_KEPT = 16
SAID_BY_PAGES = {"played": True, "blocked": False, "failed": False}


class Page:
    """One connected page. ``audible`` is what it last said about its sound; None before it said anything."""

    def __init__(self) -> None:
        self.audible: bool | None = None
        self._messages: asyncio.Queue[str] = asyncio.Queue(MESSAGES_KEPT)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Queue a message; a page that lags loses the oldest, since the newest says all."""
        if self._messages.full():
            self._messages.get_nowait()
        self._messages.put_nowait(json.dumps(message))

    def hear(self, said: str) -> None:
        """Take what the page reports of its sound; anything else is ignored."""
        try:
            self.audible = SAID_BY_PAGES[json.loads(said)["sound"]]
        except (ValueError, KeyError, TypeError):
            return

    async def send_all(self, socket: WebSocket) -> None:
        """Send for ever, in order."""
        while True:
            await socket.send_text(await self._messages.get())


class Pages:
    """All connected pages, and what they are worth together."""

    def __init__(self) -> None:
        self._pages: set[Page] = set()

    def __len__(self) -> int:
        return len(self._pages)

    def join(self, page: Page) -> None:
        """Count one more page."""
        self._pages.add(page)

    def leave(self, page: Page) -> None:
        """Count one page less."""
        self._pages.discard(page)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Tell all pages."""
        for page in self._pages:
            page.tell(message)

    def screen(self) -> Condition:
        """Ready when a page is connected: it draws what it is told, and tells nothing else."""
        return Condition.READY if self._pages else Condition.OFFLINE

    def sound(self) -> Condition:
        """Fault as soon as one page is mute; unknown until one has played something."""
        heard = {page.audible for page in self._pages}
        if False in heard:
            return Condition.FAULT
        return Condition.READY if True in heard else Condition.UNKNOWN
