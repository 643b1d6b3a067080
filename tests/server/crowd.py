"""A crowd for the races: many agents at as many desks, and a site where it is about noon."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

from queue_server.access import digest
from queue_server.actions.queue import utc_now
from queue_server.domain.days import day_of
from queue_server.domain.states import State
from queue_server.storage.accounts import open_session
from queue_server.storage.database import Database, Writing
from queue_server.storage.presences import sit_down
from queue_server.storage.tables import Agent
from queue_server.storage.tickets import Claim, NewTicket, add_ticket, claim, held_by
from tests.cast import Reception, add_agent, add_desk, open_reception

AGENTS = 32
PEOPLE = 1000
Result = TypeVar("Result")


def zone_where_it_is_noon() -> str:
    """Return a time zone whose day does not end while a test runs, at whatever hour it runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}"


@dataclass(frozen=True)
class Crowd:
    """A reception at noon, its agents each at a desk, with the token of each one's sign-in."""

    reception: Reception
    agents: list[Agent]

    def token(self, agent: Agent) -> str:
        """Return what an agent's cookie holds."""
        return f"cookie-of-{agent.login}"

    def today(self) -> date:
        """Return the site's day."""
        return day_of(utc_now(), self.reception.site.time_zone)


def gather(database: Database, people: int = PEOPLE, agents: int = AGENTS) -> Crowd:
    """Seat the agents, and let people wait, in the order of their numbers."""
    crowd = Crowd(open_reception(database, time_zone=zone_where_it_is_noon()), [])
    with database.writing() as session:
        crowd.agents.extend(_seat(session, crowd, rank) for rank in range(agents))
        for number in range(1, people + 1):
            add_ticket(session, _waiting(crowd, number, people))
    return crowd


def _seat(session: Writing, crowd: Crowd, rank: int) -> Agent:
    site = crowd.reception.site
    agent = add_agent(session, site, f"agent{rank}", f"Agent {rank}")
    now = utc_now()
    open_session(session, agent.id, digest(crowd.token(agent)), now, now + timedelta(hours=1))
    sit_down(session, agent.id, add_desk(session, site, "room", str(rank)), now)
    return agent


def _waiting(crowd: Crowd, number: int, people: int) -> NewTicket:
    arrival = utc_now() - timedelta(seconds=people - number)
    return NewTicket(
        id=uuid4(),
        site_id=crowd.reception.site.id,
        day=crowd.today(),
        number=number,
        device_id=crowd.reception.kiosk.id,
        taken_at=arrival,
        arrived_at=arrival,
        due=arrival,
        place_at=arrival,
        state=State.WAITING,
    )


def end_interview(database: Database, agent: Agent) -> int | None:
    """Let the person of an agent go, and return the number; None when nobody was called."""
    with database.writing() as session:
        ticket = held_by(session, agent.id)
        if ticket is None:
            return None
        assert claim(session, Claim(ticket.id, State.CALLED, State.RECEIVED, ticket.step, None))
        return ticket.number


def all_at_once(work: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do every piece of work in its own thread, all started at the same moment."""
    barrier = Barrier(len(work))

    def start(each: Callable[[], Result]) -> Result:
        barrier.wait(30)
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(start, each) for each in work]]
