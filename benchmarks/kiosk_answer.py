"""The kiosk's answer while 1,000 boards are connected, against the answer with one."""

import asyncio
import json
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, at_most, percentile
from benchmarks.household import new_household
from benchmarks.kiosks import Kiosk
from benchmarks.programs import Helper, running
from benchmarks.wire import connect, post

FEW, MANY = 1, 1000
ROUNDS = 3
TAPS = 35
TAPS_PER_SECOND = 5
FILES = 4096


def measure() -> list[Figure]:
    """Pace taps with one board and with a thousand, in turn."""
    _allow_files()
    with TemporaryDirectory() as folder:
        household = new_household(Path(folder))
        with running(household.server()) as server:
            few, many = asyncio.run(_both(server.port, household.kiosk_token))
    return [
        at_most(f"kiosk's answer, {MANY} boards against {FEW}, p50", *_each(many, few, 0.5), 1.2),
        at_most(f"kiosk's answer, {MANY} boards against {FEW}, p99", *_each(many, few, 0.99), 1.2),
    ]


def _each(many: list[float], few: list[float], share: float) -> tuple[float, float]:
    return percentile(many, share), percentile(few, share)


def _allow_files() -> None:
    """A thousand connections are a thousand files, here and in the programs started from here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


async def _both(port: int, token: str) -> tuple[list[float], list[float]]:
    wire = await connect(port)
    kiosk = Kiosk(token)
    _status, body = await wire.ask(post("/api/v1/books", token, b"{}"))
    wire.close()
    kiosk.learn(json.loads(body))
    await _pace(port, kiosk)  # the first ones are not counted
    durations: dict[int, list[float]] = {FEW: [], MANY: []}
    with Helper("listeners") as room:
        for _ in range(ROUNDS):
            for boards in (FEW, MANY):
                address = f"ws://127.0.0.1:{port}/api/v1/board"
                room.say(json.dumps({"open": address, "count": boards, "pings": True}))
                room.hear()
                durations[boards] += await _pace(port, kiosk)
                room.say("{}")
                room.hear()
    return durations[FEW], durations[MANY]


async def _pace(port: int, kiosk: Kiosk) -> list[float]:
    wire = await connect(port)
    durations = []
    for _ in range(TAPS):
        start = time.perf_counter()
        status, body = await wire.ask(kiosk.tap().request)
        spent = time.perf_counter() - start
        assert status == 201
        kiosk.learn(json.loads(body)["lease"])
        durations.append(spent * 1000)
        await asyncio.sleep(1 / TAPS_PER_SECOND - spent)
    wire.close()
    return durations
