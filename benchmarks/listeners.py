"""The listeners: screens in a process of their own, which note when each board reaches each of them.

``{"open": ADDRESS, "count": N, "pings": true}`` connects and waits until each has had its first board;
``{"answer": FILE}`` writes the arrivals since the last time, ``{"seen": [[revision, instant], …]}``; ``{}``
disconnects. Instants are those of the machine's monotonic clock, which all its processes share.
"""

import asyncio
import json
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PING_SECONDS = 3.0
"""As a display does: see ``contract.follower``."""
TOGETHER = 50
REVISION = re.compile(rb'"revision": ?(\d+)')


class Room:
    """The screens of one waiting room."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[int, float]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._welcomed = asyncio.Semaphore(0)

    async def open(self, address: str, count: int, pings: bool) -> None:
        """Connect, a few at a time."""
        for start in range(0, count, TOGETHER):
            wanted = range(start, min(start + TOGETHER, count))
            self._tasks |= {asyncio.create_task(self._watch(address, pings)) for _ in wanted}
            for _ in wanted:
                await self._welcomed.acquire()
        self.arrivals.clear()

    async def close(self) -> None:
        """Disconnect everybody."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _watch(self, address: str, pings: bool) -> None:
        async with connect(
            address, compression=None, ping_interval=None, max_size=None, open_timeout=30, close_timeout=1
        ) as link:
            await link.recv(decode=False)
            self._welcomed.release()
            pinging = asyncio.create_task(_ping(link)) if pings else None
            try:
                async for board in _raw(link):
                    at = time.monotonic()
                    found = REVISION.search(board)
                    self.arrivals.append((int(found[1]) if found else -1, at))
            finally:
                if pinging is not None:
                    pinging.cancel()


async def _raw(link: ClientConnection) -> Any:
    while True:
        yield await link.recv(decode=False)


async def _ping(link: ClientConnection) -> None:
    await asyncio.sleep(random.uniform(0, PING_SECONDS))
    while True:
        try:
            await (await link.ping())
        except WebSocketException:
            return
        await asyncio.sleep(PING_SECONDS)


async def obey() -> None:
    """Do what each line says."""
    room = Room()
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        if "open" in order:
            await room.open(order["open"], order["count"], order["pings"])
        elif "answer" in order:
            seen, room.arrivals = room.arrivals, []
            await asyncio.to_thread(Path(order["answer"]).write_text, json.dumps({"seen": seen}))
        else:
            await room.close()
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(obey())
