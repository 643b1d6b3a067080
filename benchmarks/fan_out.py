"""Tap → TV: from the request to the board on 100 screens, against a bare ``websockets`` broadcast.

What is compared: on both sides one small request on an open connection is the start, and its arrival as a
board of the same size on each of the same 100 listeners, in the same process, is the end. Ours is an HTTP
POST (a ticket, or *disponible*) that writes to the disk and whose board is read from the database; the bare
server keeps nothing and sends a ready message the moment it hears its trigger over a WebSocket.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from websockets.asyncio.client import connect as connect_socket

from benchmarks.figures import Figure, at_most, percentile
from benchmarks.household import Household, SeatedAgent, new_household, the_site
from benchmarks.kiosks import Kiosk
from benchmarks.programs import Helper, Program, broadcaster, running
from benchmarks.wire import Wire, connect, post
from queue_server.actions.calling import Seen
from queue_server.actions.queue import QueueActions
from queue_server.domain.states import Action
from queue_server.pages.rendering import SESSION_COOKIE
from queue_server.storage.database import Database
from queue_server.storage.sites import site_by_id
from queue_server.storage.tickets import held_by

LISTENERS = 100
ROUNDS = 4
TAPS = 25
CALLS = 10
"""Per round: a call stays on the board three minutes, and a board of a hundred calls is nobody's."""
PAUSE_SECONDS = 0.15
Trigger = Callable[[], Awaitable[int]]
"""Makes a change and returns the revision whose board shows it."""


def measure() -> list[Figure]:
    """Measure taps, *disponible* and the bare broadcast in turn, several times."""
    with TemporaryDirectory() as folder:
        household = new_household(Path(folder))
        household.seat_people(ROUNDS * CALLS)
        [agent] = household.seat_agents(1)
        with running(household.server()) as server, household.open() as database:
            scene = Scene(household, database, server, agent)
            return asyncio.run(_measure(scene))


class Scene:
    """Our server with one kiosk and one agent, ready to be triggered."""

    def __init__(self, household: Household, database: Database, server: Program, agent: SeatedAgent) -> None:
        self.port = server.port
        self.database = database
        self.address = f"ws://127.0.0.1:{server.port}/api/v1/board?site=mds-demo"
        self.kiosk = Kiosk(household.kiosk_token)
        self.agent = agent
        self.actions = QueueActions(database, lambda _site: None)
        with database.reading() as session:
            self.site = the_site(session).id

    async def prepare(self) -> None:
        """Open a connection (an idle one is closed by the server) and the kiosk's book."""
        self.wire: Wire = await connect(self.port)
        _status, body = await self.wire.ask(post("/api/v1/books", self.kiosk.token, b"{}"))
        self.kiosk.learn(json.loads(body))

    async def tap(self) -> int:
        """Deliver a ticket."""
        status, body = await self.wire.ask(self.kiosk.tap().request)
        assert status == 201
        self.kiosk.learn(json.loads(body)["lease"])
        return self._revision()

    async def available(self) -> int:
        """Say *disponible*."""
        head = f"POST /agent/available HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\ncontent-length: 0\r\n"
        request = f"{head}cookie: {SESSION_COOKIE}={self.agent.cookie}\r\n\r\n"
        status, _body = await self.wire.ask(request.encode())
        assert status == 303
        return self._revision()

    def end_interview(self) -> None:
        """Let the called person be received and leave, beside the server: its boards do not move for this."""
        with self.database.reading() as session:
            ticket = held_by(session, self.agent.agent.id)
        assert ticket is not None
        for rank, action in enumerate((Action.RECEIVE, Action.FINISH)):
            self.actions.act(self.agent.agent, self.site, action, Seen(ticket.id, ticket.step + rank))

    def board_size(self) -> int:
        """How many bytes a board has now."""
        return len(httpx.get(f"http://127.0.0.1:{self.port}/api/v1/board").content)

    def _revision(self) -> int:
        with self.database.reading() as session:
            return site_by_id(session, self.site).revision


async def _measure(scene: Scene) -> list[Figure]:
    taps: list[float] = []
    calls: list[float] = []
    bare: list[float] = []
    with Helper("listeners") as room:
        await scene.prepare()
        await _follow(room, scene.address, scene.tap, 5)  # the first ones are not counted
        for _ in range(ROUNDS):
            await scene.prepare()
            taps += await _follow(room, scene.address, scene.tap, TAPS)
            calls += await _follow(room, scene.address, scene.available, CALLS, scene.end_interview)
            bare += await _bare(room, scene.board_size())
    limit = percentile(bare, 0.99)
    size = scene.board_size()
    return [
        at_most(f"tap → {LISTENERS} screens, p99", percentile(taps, 0.99), limit, 3),
        at_most(f"disponible → {LISTENERS} screens, p99", percentile(calls, 0.99), limit, 3),
        Figure("the same, p50 (tap, disponible)", *_medians(taps, calls, bare)),
        Figure("size of the last board", f"{size:,} bytes", f"{size:,} bytes"),
    ]


def _medians(taps: list[float], calls: list[float], bare: list[float]) -> tuple[str, str]:
    tap, call, reference = (percentile(each, 0.5) for each in (taps, calls, bare))
    return f"{tap:.1f}, {call:.1f} ms", f"{reference:.1f} ms"


async def _bare(room: Helper, size: int) -> list[float]:
    with running(broadcaster(size)) as server:
        address = f"ws://127.0.0.1:{server.port}/"
        async with connect_socket(address, compression=None, ping_interval=None) as trigger:
            count = 0

            async def broadcast() -> int:
                nonlocal count
                count += 1
                await trigger.send("now")
                return count

            return await _follow(room, address, broadcast, TAPS)


async def _follow(
    room: Helper, address: str, trigger: Trigger, times: int, after: Callable[[], None] | None = None
) -> list[float]:
    """Trigger at a steady pace; return how long each board took to each listener, in milliseconds."""
    room.say(json.dumps({"open": address, "count": LISTENERS, "pings": False}))
    room.hear()
    starts: list[tuple[int, float]] = []
    for _ in range(times):
        start = time.monotonic()
        starts.append((await trigger(), start))
        await asyncio.sleep(PAUSE_SECONDS)
        if after is not None:
            after()
    arrivals = room.do({})["seen"]
    room.say("{}")
    room.hear()
    return [delay for revision, start in starts for delay in _delays(arrivals, revision, start)]


def _delays(arrivals: list[tuple[int, float]], revision: int, start: float) -> list[float]:
    """The first boards with this revision or a later one: one per listener, in the order of arrival."""
    reached = sorted(at for seen, at in arrivals if seen >= revision and at >= start)[:LISTENERS]
    if len(reached) < LISTENERS:
        raise RuntimeError(f"the board {revision} reached only {len(reached)} of {LISTENERS} screens")
    return [(at - start) * 1000 for at in reached]
