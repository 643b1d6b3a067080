"""The one door to every change of the queue: a transaction, then the news, then the answer.

News goes out from ``_change`` and from nowhere else, after the commit; an answer never waits for it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from contract.messages import DeviceStatus, Lease, TicketTaken
from queue_server.actions.calling import Seen, Step, act, call_next, route_arrivals
from queue_server.actions.issuing import Accepted, Delivery, Outcome, accept, lease_for
from queue_server.domain.states import Action
from queue_server.storage.accounts import note_heartbeat
from queue_server.storage.database import Database, Writing
from queue_server.storage.presences import (
    desk_of_agent,
    free_if_abandoned,
    page_alive,
    presence_of,
    say_available,
    sit_down,
    stand_up,
)
from queue_server.storage.sites import lock_sites_of, locked_site
from queue_server.storage.tables import Agent, Device, Site
from queue_server.storage.tickets import held_by


class DeskTakenError(Exception):
    """Another agent sits at this desk."""


class UnknownDeskError(Exception):
    """No such desk in the agent's sites."""


class StillWithSomeoneError(Exception):
    """The agent has called or receives a person: that comes to an end first."""


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class QueueActions:
    """``tell`` is called with a site's id after each committed change; ``clock`` gives aware instants."""

    def __init__(
        self, database: Database, tell: Callable[[int], None], clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._tell = tell
        self.clock = clock

    def take_ticket(self, device: Device, taken: TicketTaken) -> Accepted:
        """Take a delivered ticket in, once.

        Raises TicketDiffersError, NumberNotYoursError, NumberIsTakenError.
        """
        [outcome] = self.take_tickets(device.site_id, [Delivery(device, taken)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def take_tickets(self, site_id: int, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Take tickets of one site in, in one transaction; say of each what became of it, in their order.

        What is refused changes nothing but the book: the fresh lease it carries is kept.
        """
        with self._change(site_id) as (session, site):
            outcomes = accept(session, site, deliveries, self.clock())
            route_arrivals(session, site, self.clock())
        return outcomes

    def lease(self, device: Device) -> Lease:
        """Lease today's numbers to a kiosk."""
        with self._database.writing() as session:
            return lease_for(session, device, locked_site(session, device.site_id), self.clock())

    def report(self, device: Device, status: DeviceStatus) -> datetime:
        """Keep a heartbeat and return the server's instant."""
        now = self.clock()
        with self._database.writing() as session:
            is_news = note_heartbeat(session, device, status, now)
        if is_news:
            self._tell(device.site_id)
        return now

    def choose_desk(self, agent: Agent, desk_id: int) -> None:
        """Seat an agent. Raises UnknownDeskError, DeskTakenError, StillWithSomeoneError."""
        try:
            with self._database.writing() as session:
                desk = desk_of_agent(session, agent.id, desk_id)
                if desk is None:
                    raise UnknownDeskError
                lock_sites_of(session, agent.id)
                _check_may_leave(session, agent)
                free_if_abandoned(session, desk.id, self.clock())
                sit_down(session, agent.id, desk, self.clock())
        except IntegrityError:  # the desk is unique: two who choose it at once cannot both have it
            raise DeskTakenError from None
        self._tell(desk.site_id)

    def leave_desk(self, agent: Agent) -> None:
        """Free the agent's desk. Raises StillWithSomeoneError."""
        with self._database.writing() as session:
            lock_sites_of(session, agent.id)
            presence = presence_of(session, agent.id)
            _check_may_leave(session, agent)
            stand_up(session, agent.id)
        if presence is not None:
            self._tell(presence.site_id)

    def become_available(self, agent: Agent, site_id: int) -> bool:
        """Say *disponible*: tell whether a person is called. Raises NoDeskError."""
        with self._change(site_id) as (session, site):
            page_alive(session, agent.id, self.clock())
            return call_next(session, agent.id, site, self.clock())

    def no_longer_available(self, agent: Agent, site_id: int) -> None:
        """Take *disponible* back."""
        with self._change(site_id) as (session, _site):
            say_available(session, agent.id, None)

    def page_is_alive(self, agent_id: int) -> None:
        """Note that the agent's page is open; nobody needs the news."""
        with self._database.writing() as session:
            page_alive(session, agent_id, self.clock())

    def act(self, agent: Agent, site_id: int, action: Action, seen: Seen) -> None:
        """Do one step on the ticket the page showed.

        Raises StaleTicketError, ForbiddenTransitionError, NotCompetentError, NoDeskError.
        """
        with self._change(site_id) as (session, site):
            act(session, agent, site, Step(action, seen), self.clock())

    @contextmanager
    def _change(self, site_id: int) -> Iterator[tuple[Writing, Site]]:
        with self._database.writing() as session:
            yield session, locked_site(session, site_id)
        self._tell(site_id)


def _check_may_leave(session: Writing, agent: Agent) -> None:
    """Read under the locks: nobody can be called to this agent meanwhile."""
    if presence_of(session, agent.id) is not None and held_by(session, agent.id) is not None:
        raise StillWithSomeoneError
