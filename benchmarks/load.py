"""The load: a process of its own, one connection per client, each asking again as soon as it is answered.

A line in, ``{"port", "clients", "seconds", "tokens", "most", "answer"}``, gives the file ``answer``: how long
the answers took and what was acknowledged. Hello and ours are asked with the same bytes by the same code; an
answer that carries a lease is read, as a kiosk must. A connection that breaks is opened again and the same
ticket sent again, until the server says that it holds it.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks.kiosks import Kiosk, Tap
from benchmarks.wire import Wire, connect, post

RETRY_SECONDS = 0.02


@dataclass
class Outcome:
    """What the clients saw; durations in milliseconds."""

    durations: list[float] = field(default_factory=list)
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: int = 0
    started: float = 0.0
    ended: float = 0.0


@dataclass
class Job:
    """What to do: ``most`` bounds the tickets, as a day's numbers are bounded."""

    port: int
    clients: int
    seconds: float
    tokens: list[str]
    most: int

    async def run(self, known: dict[tuple[int, str], Kiosk]) -> Outcome:
        """Let all clients work until the time is over; ``known`` keeps each kiosk's book between jobs."""
        kiosks = [known.setdefault((self.port, token), Kiosk(token)) for token in self.tokens]
        for kiosk in kiosks:
            await _open_book(self.port, kiosk)
        outcome = Outcome(started=time.monotonic())
        clients = (self._client(kiosks[rank % len(kiosks)], outcome) for rank in range(self.clients))
        await asyncio.gather(*clients)
        outcome.ended = time.monotonic()
        return outcome

    async def _client(self, kiosk: Kiosk, outcome: Outcome) -> None:
        wire = await connect(self.port)
        end = outcome.started + self.seconds
        while time.monotonic() < end and len(outcome.durations) < self.most:
            wire = await self._deliver(wire, kiosk, kiosk.tap(), outcome)
        wire.close()

    async def _deliver(self, wire: Wire, kiosk: Kiosk, tap: Tap, outcome: Outcome) -> Wire:
        while True:
            start = time.perf_counter()
            try:
                status, body = await wire.ask(tap.request)
            except OSError:
                outcome.broken += 1
                wire = await _reconnect(self.port)
                continue
            outcome.durations.append((time.perf_counter() - start) * 1000)
            _note(kiosk, tap, status, body, outcome)
            return wire


def _note(kiosk: Kiosk, tap: Tap, status: int, body: bytes, outcome: Outcome) -> None:
    if status not in (200, 201):
        outcome.refused.append(status)
    elif body.startswith(b"{"):
        answer = json.loads(body)
        outcome.acknowledged.append((answer["id"], answer["number"]))
        kiosk.learn(answer["lease"])
    else:
        outcome.acknowledged.append((tap.id, tap.number))


async def _reconnect(port: int) -> Wire:
    while True:
        try:
            return await connect(port)
        except OSError:
            await asyncio.sleep(RETRY_SECONDS)


async def _open_book(port: int, kiosk: Kiosk) -> None:
    wire = await connect(port)
    _status, body = await wire.ask(post("/api/v1/books", kiosk.token, b"{}"))
    if body.startswith(b"{"):
        kiosk.learn(json.loads(body))
    wire.close()


def main() -> None:
    """Do one job per line."""
    known: dict[tuple[int, str], Kiosk] = {}
    for line in sys.stdin:
        job = json.loads(line)
        answer = Path(job.pop("answer"))
        outcome = uvloop.run(Job(**job).run(known))
        answer.write_text(json.dumps(vars(outcome)), encoding="utf-8")
        print("done", flush=True)


if __name__ == "__main__":
    main()
