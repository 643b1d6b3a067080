"""Durable tickets over HTTP, against a bare Uvicorn that answers "hello"; then again through a kill -9."""

import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import select

from benchmarks.figures import Figure, at_least, at_most, none_of, percentile
from benchmarks.household import Household, new_household
from benchmarks.programs import Helper, Program, hello, running, wait_for
from queue_server.storage.tables import Ticket

FEW, MANY = 8, 32
ROUNDS = 6
SECONDS = 1.0
MOST = 1500
"""Tickets of a site's day at most: each round has a site of its own, as a busy one gives 200 a day."""
KILL_AFTER = 1.5


@dataclass
class Seen:
    """What one server showed over all rounds, by number of clients."""

    rates: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})
    durations: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)

    def note(self, clients: int, outcome: dict[str, Any]) -> None:
        """Add a round."""
        durations = outcome["durations"]
        self.rates[clients].append(len(durations) / (outcome["ended"] - outcome["started"]))
        self.durations[clients] += durations
        self.acknowledged += [tuple(each) for each in outcome["acknowledged"]]
        self.refused.update(outcome["refused"])

    def rate(self, clients: int) -> float:
        """The median of the rounds, per second."""
        return statistics.median(self.rates[clients])


def measure() -> list[Figure]:
    """Measure both, interleaved, then break the server in the middle."""
    with TemporaryDirectory() as folder, Helper("load") as load:
        return [*_quietly(Path(folder), load), *_through_a_kill(Path(folder), load)]


def _quietly(folder: Path, load: Helper) -> list[Figure]:
    ours, bare = Seen(), Seen()
    household = new_household(folder)
    with running(hello()) as greeter, running(household.server()) as server:
        _ask(load, server, FEW, household.add_site("warm-up"), MOST)
        for number in range(ROUNDS):
            for clients in (FEW, MANY):
                tokens = household.add_site(f"round-{number}-{clients}")
                bare.note(clients, _ask(load, greeter, clients, tokens, MOST * 100))
                ours.note(clients, _ask(load, server, clients, tokens, MOST))
    return [
        at_least(f"tickets at {FEW} clients", ours.rate(FEW), bare.rate(FEW), 0.05, "/s"),
        replace(
            at_least(f"tickets at {MANY} clients", ours.rate(MANY), bare.rate(MANY), 0.05, "/s"),
            asked="",
            met=None,
        ),
        replace(_p99(FEW, ours, bare), asked="", met=None),
        _p99(MANY, ours, bare),
        *_faults(household, ours.acknowledged, ours.refused, "in all rounds"),
    ]


def _p99(clients: int, ours: Seen, bare: Seen) -> Figure:
    seen = [percentile(each.durations[clients], 0.99) for each in (ours, bare)]
    return at_most(f"p99 of the answer at {clients} clients", seen[0], seen[1], 15)


def _ask(
    load: Helper, program: Program, clients: int, tokens: list[str], most: int, seconds: float = SECONDS
) -> dict[str, Any]:
    job = {"port": program.port, "clients": clients, "seconds": seconds, "tokens": tokens, "most": most}
    return load.do(job)


def _through_a_kill(folder: Path, load: Helper) -> list[Figure]:
    """Kill the server while 8 clients deliver, start it again; they send again what was not answered."""
    again = folder / "killed"
    again.mkdir()
    household = new_household(again)
    tokens = household.add_site("killed")
    with running(household.server()) as server:
        cut = threading.Thread(target=_cut, args=(household, server))
        cut.start()
        outcome = _ask(load, server, FEW, tokens, 4 * MOST, 2 * KILL_AFTER + SECONDS)
        cut.join()
    acknowledged = [tuple(each) for each in outcome["acknowledged"]]
    when = f"through kill -9, {outcome['broken']} broken requests"
    return _faults(household, acknowledged, Counter(outcome["refused"]), when)


def _cut(household: Household, server: Program) -> None:
    time.sleep(KILL_AFTER)
    server.kill()
    server.process = household.server(server.port).process
    wait_for(server)


def _faults(
    household: Household, acknowledged: list[tuple[str, int]], refused: Counter[int], when: str
) -> list[Figure]:
    """Compare what the clients were told with what the database holds."""
    with household.open() as database, database.reading() as session:
        kept = {str(ticket.id): ticket for ticket in session.exec(select(Ticket))}
    places = {(ticket.site_id, ticket.day, ticket.number) for ticket in kept.values()}
    told = dict(acknowledged)
    lost = [each for each, number in told.items() if each not in kept or kept[each].number != number]
    repeated = len(kept) - len(places) + len(acknowledged) - len(told)
    among = f"{len(told):,} acknowledged, {when}"
    return [
        none_of("numbers repeated", repeated, among),
        none_of("tickets lost", len(lost), among),
        none_of("tickets refused", refused.total(), among),
    ]
