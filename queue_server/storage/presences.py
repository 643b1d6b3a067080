"""Who is at which desk, and who is available."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, delete, insert, select, update

from queue_server.domain.desks import is_abandoned
from queue_server.domain.line import Available
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import PRESENCES, Agent, Desk, Membership, Presence, Site
from queue_server.storage.tickets import held_by

OF_AGENT = (
    select(Presence).where(Presence.agent_id == bindparam("agent")).execution_options(populate_existing=True)
)
SAID = (
    update(PRESENCES)
    .where(PRESENCES.c.agent_id == bindparam("agent"))
    .values(available_since=bindparam("available_since"))
)
SEEN = (
    update(PRESENCES).where(PRESENCES.c.agent_id == bindparam("agent")).values(seen_at=bindparam("seen_at"))
)
AVAILABLE = select(PRESENCES.c.agent_id, PRESENCES.c.available_since, PRESENCES.c.seen_at).where(
    PRESENCES.c.site_id == bindparam("site"), PRESENCES.c.available_since.is_not(None)
)


def presence_of(session: Reading, agent_id: int) -> Presence | None:
    """Return where an agent is, None when at no desk."""
    return session.exec(OF_AGENT, params={"agent": agent_id}).one_or_none()


@dataclass(frozen=True)
class DeskChoice:
    """A desk, its site, and who sits there (nobody: None)."""

    desk: Desk
    site: Site
    taken_by: str | None


def desks_for(session: Reading, agent_id: int, now: datetime) -> list[DeskChoice]:
    """Return the desks of an agent's sites; one's own desk, and an abandoned one, count as free."""
    seated = session.exec(
        select(Presence, Agent.first_name)
        .join(Agent, col(Agent.id) == Presence.agent_id)
        .where(Presence.agent_id != agent_id)
    )
    names = {seat.desk_id: name for seat, name in seated.all() if not left_behind(session, seat, now)}
    desks = session.exec(
        select(Desk, Site)
        .join(Site, col(Site.id) == Desk.site_id)
        .join(Membership, col(Membership.site_id) == Desk.site_id)
        .where(Membership.agent_id == agent_id)
        .order_by(col(Site.name), col(Desk.word), col(Desk.mark))
    )
    return [DeskChoice(desk, site, names.get(desk.id)) for desk, site in desks]


def desk_of_agent(session: Reading, agent_id: int, desk_id: int) -> Desk | None:
    """Return a desk if it is in one of the agent's sites."""
    return session.exec(
        select(Desk)
        .join(Membership, col(Membership.site_id) == Desk.site_id)
        .where(Membership.agent_id == agent_id, Desk.id == desk_id)
    ).one_or_none()


def sit_down(session: Writing, agent_id: int, desk: Desk, now: datetime) -> None:
    """Put an agent at a desk, leaving the former one. The desk is unique: it holds one agent."""
    stand_up(session, agent_id)
    session.execute(
        insert(Presence).values(agent_id=agent_id, site_id=desk.site_id, desk_id=desk.id, seen_at=now)
    )


def free_if_abandoned(session: Writing, desk_id: int, now: datetime) -> None:
    """Take a desk from an agent who has left it behind."""
    seat = session.exec(select(Presence).where(Presence.desk_id == desk_id)).one_or_none()
    if seat is not None and left_behind(session, seat, now):
        stand_up(session, seat.agent_id)


def left_behind(session: Reading, seat: Presence, now: datetime) -> bool:
    """Tell whether an agent has left the desk without saying so."""
    with_someone = held_by(session, seat.agent_id) is not None
    return is_abandoned(seat.seen_at, now, with_someone=with_someone)


def stand_up(session: Writing, agent_id: int) -> None:
    """Free the agent's desk."""
    session.execute(delete(Presence).where(col(Presence.agent_id) == agent_id))


def say_available(session: Writing, agent_id: int, since: datetime | None) -> None:
    """Note since when an agent is available; None: no longer."""
    session.write(SAID, {"agent": agent_id, "available_since": since})


def page_alive(session: Writing, agent_id: int, now: datetime) -> None:
    """Note that the agent's page is open."""
    session.write(SEEN, {"agent": agent_id, "seen_at": now})


def available_agents(session: Reading, site_id: int) -> list[Available]:
    """Return those who said *disponible* and have not been given a person since."""
    rows = session.rows(AVAILABLE, site=site_id)
    return [Available(row.agent_id, row.available_since, row.seen_at) for row in rows]


def colleagues(session: Reading, site_id: int) -> list[tuple[Agent, Desk, Presence]]:
    """Return the agents at a desk of the site, by first name."""
    rows = session.exec(
        select(Agent, Desk, Presence)
        .join(Presence, col(Presence.agent_id) == Agent.id)
        .join(Desk, col(Desk.id) == Presence.desk_id)
        .where(Presence.site_id == site_id)
        .order_by(col(Agent.first_name))
    )
    return list(rows)
