"""People are called: by an agent who says *disponible*, or on arrival when one has just said so.

Each function works inside a transaction that its caller opened and will commit.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from queue_server.domain.days import day_of
from queue_server.domain.line import called_at_once, first_of
from queue_server.domain.professions import Profession, may_finish
from queue_server.domain.states import HELD, Action, ForbiddenTransitionError, State, next_state
from queue_server.storage.database import Writing
from queue_server.storage.journal import Entry, write_journal
from queue_server.storage.presences import available_agents, presence_of, say_available
from queue_server.storage.tables import Agent, Presence, Site, Ticket
from queue_server.storage.tickets import Claim, claim, held_by, line, ticket_by_id


class NoDeskError(Exception):
    """The agent sits at no desk: there is nowhere to call someone to."""


class StaleTicketError(Exception):
    """The ticket has changed since the page that sent this was drawn."""

    def __init__(self, ticket: Ticket | None) -> None:
        super().__init__("the ticket has changed")
        self.ticket = ticket


class NotCompetentError(Exception):
    """Only an agent of a competent profession can end a ticket as received."""


@dataclass(frozen=True)
class Seen:
    """Which ticket the agent's page showed, and at which step."""

    ticket_id: UUID
    step: int


@dataclass(frozen=True)
class Step:
    """One step of a visit: what is done, to which ticket, as it was seen."""

    action: Action
    seen: Seen


def call_next(session: Writing, agent_id: int, site: Site, now: datetime) -> bool:
    """Call the first of the line to the agent's desk; tell whether someone was called.

    Pressing twice is once: an agent who already has a person keeps that one.
    Raises NoDeskError.
    """
    presence = _presence(session, agent_id, site.id)
    if held_by(session, agent_id) is not None:
        say_available(session, agent_id, None)
        return True
    while (ticket_id := first_of_line(session, site, now)) is not None:
        if _call(session, presence, Claim(ticket_id, State.WAITING, State.CALLED, None, agent_id), now):
            return True
    say_available(session, agent_id, now)
    return False


def first_of_line(session: Writing, site: Site, now: datetime) -> UUID | None:
    """Return the ticket of the first person in line, None when nobody waits."""
    place = first_of(line(session, site.id, day_of(now, site.time_zone)))
    return place.ticket if place else None


def route_arrivals(session: Writing, site: Site, now: datetime) -> None:
    """Give those who wait to the agents who have just said *disponible*, the longest available first."""
    while True:
        agent = called_at_once(available_agents(session, site.id), now)
        if agent is None or not call_next(session, agent.agent, site, now):
            return


def act(session: Writing, agent: Agent, site: Site, step: Step, now: datetime) -> None:
    """Do one step of the visit on the ticket the agent's page showed.

    Raises StaleTicketError, ForbiddenTransitionError, NotCompetentError, NoDeskError.
    """
    presence = _presence(session, agent.id, site.id)
    ticket = _ticket_as_seen(session, presence, step.seen)
    state = State(ticket.state)
    if step.action is Action.CALL:
        _call_back(session, presence, ticket, now)
        return
    target = next_state(state, step.action)
    if step.action is Action.FINISH and not may_finish(Profession(agent.profession)):
        raise NotCompetentError
    keeper = ticket.agent_id if target in HELD else None
    if not claim(session, Claim(ticket.id, state, target, ticket.step, keeper)):
        raise StaleTicketError(ticket_by_id(session, ticket.id))
    write_journal(session, _entry(presence, ticket.id, step.action, (state, target), now))


def _call_back(session: Writing, presence: Presence, ticket: Ticket, now: datetime) -> None:
    """Call someone by number who was not there yet, to an agent who has nobody else."""
    state = State(ticket.state)
    target = next_state(state, Action.CALL)
    if state is State.WAITING:  # those who wait are called in the order of the line, by nobody's choice
        raise ForbiddenTransitionError(state, Action.CALL)
    change = Claim(ticket.id, state, target, ticket.step, presence.agent_id)
    if held_by(session, presence.agent_id) is not None or not _call(session, presence, change, now):
        raise StaleTicketError(ticket)


def _call(session: Writing, presence: Presence, change: Claim, now: datetime) -> bool:
    if not claim(session, change):
        return False
    say_available(session, presence.agent_id, None)
    states = (change.from_state, change.to_state)
    write_journal(session, _entry(presence, change.ticket_id, Action.CALL, states, now))
    return True


def _ticket_as_seen(session: Writing, presence: Presence, seen: Seen) -> Ticket:
    ticket = ticket_by_id(session, seen.ticket_id)
    if ticket is None or ticket.site_id != presence.site_id or ticket.step != seen.step:
        raise StaleTicketError(ticket)
    if ticket.agent_id not in (None, presence.agent_id):
        raise StaleTicketError(ticket)
    return ticket


def _presence(session: Writing, agent_id: int, site_id: int) -> Presence:
    presence = presence_of(session, agent_id)
    if presence is None or presence.site_id != site_id:
        raise NoDeskError
    return presence


def _entry(
    presence: Presence, ticket_id: UUID, action: Action, states: tuple[State, State], now: datetime
) -> Entry:
    return Entry(presence.site_id, ticket_id, action, *states, now, presence.agent_id, presence.desk_id)
