"""How soon, how many, how large: from start to the first ticket, packages to install, memory at rest."""

import asyncio
import importlib.metadata
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.figures import Figure, at_most
from benchmarks.household import Household, new_household
from benchmarks.kiosks import Kiosk
from benchmarks.programs import running, stop
from benchmarks.wire import connect, post

ROUNDS = 3
SETTLE_SECONDS = 3.0
BARE = "import fastapi, sqlmodel, alembic.command, time; print('ready', flush=True); time.sleep(60)"
OURS = "porte-ouverte"
MOST_PACKAGES = 60
MOST_SECONDS = 5.0


def measure() -> list[Figure]:
    """Measure the three."""
    seconds = [_first_ticket() for _ in range(ROUNDS)]
    packages = closure(OURS)
    ours = statistics.median(_server_memory() for _ in range(ROUNDS))
    bare = statistics.median(_bare_memory() for _ in range(ROUNDS))
    usual = statistics.median(seconds)
    return [
        Figure(
            "empty folder → first ticket",
            f"{usual:.1f} s",
            asked=f"≤ {MOST_SECONDS:g} s",
            met=usual <= MOST_SECONDS,
        ),
        Figure(
            "packages without extras",
            str(len(packages)),
            asked=f"≤ {MOST_PACKAGES}",
            met=len(packages) <= MOST_PACKAGES,
        ),
        at_most("memory of the server at rest", ours, bare, 1.5, "MiB"),
    ]


def closure(distribution: str) -> set[str]:
    """Return what the installation of a distribution brings, itself included, without its extras."""
    found: set[str] = set()
    wanted = [Requirement(distribution)]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        found.add(name)
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if _applies(needed, requirement.extras) and canonicalize_name(needed.name) not in found:
                wanted.append(needed)
    return found


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _first_ticket() -> float:
    """Migrate, load the sample, start and deliver, in an empty folder; return the seconds it took."""
    with TemporaryDirectory() as folder:
        start = time.monotonic()
        household = new_household(Path(folder))
        with running(household.server()) as server:
            status = asyncio.run(_deliver_one(server.port, household.kiosk_token))
            assert status == 201
            return time.monotonic() - start


async def _deliver_one(port: int, token: str) -> int:
    wire = await connect(port)
    kiosk = Kiosk(token)
    _status, body = await wire.ask(post("/api/v1/books", token, b"{}"))
    kiosk.learn(json.loads(body))
    status, _body = await wire.ask(kiosk.tap().request)
    return status


def _server_memory() -> float:
    with TemporaryDirectory() as folder:
        household: Household = new_household(Path(folder))
        with running(household.server()) as server:
            time.sleep(SETTLE_SECONDS)
            return resident(server.process.pid)


def _bare_memory() -> float:
    process = subprocess.Popen([sys.executable, "-c", BARE], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        return resident(process.pid)
    finally:
        stop(process)
        assert process.stdout is not None
        process.stdout.close()


def resident(process: int) -> float:
    """Return the resident memory of a process, in MiB (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    [kibibytes] = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(kibibytes) / 1024
