"""Agents and their sign-ins, devices and their heartbeats."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, delete, insert, select, update

from contract.messages import DeviceStatus
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import DEVICES, Agent, AgentSession, Device

SIGNED_IN = (
    select(Agent)
    .join(AgentSession, col(AgentSession.agent_id) == Agent.id)
    .where(
        AgentSession.token_hash == bindparam("token"),
        AgentSession.expires_at > bindparam("now"),
        col(Agent.active),
    )
)
IN_SERVICE = select(*DEVICES.c).where(
    DEVICES.c.token_hash.in_(bindparam("tokens", expanding=True)), DEVICES.c.revoked.is_(False)
)


def agent_by_login(session: Reading, login: str) -> Agent | None:
    """Return the active agent with this login."""
    return session.exec(select(Agent).where(Agent.login == login, col(Agent.active))).one_or_none()


def agent_of_session(session: Reading, token_hash: str, now: datetime) -> Agent | None:
    """Return the active agent of a sign-in that has not ended."""
    return session.exec(SIGNED_IN, params={"token": token_hash, "now": now}).one_or_none()


def open_session(session: Writing, agent_id: int, token_hash: str, now: datetime, until: datetime) -> None:
    """Note a sign-in, and forget those that have ended."""
    session.execute(delete(AgentSession).where(col(AgentSession.expires_at) <= now))
    session.execute(insert(AgentSession).values(token_hash=token_hash, agent_id=agent_id, expires_at=until))


def close_session(session: Writing, token_hash: str) -> None:
    """End a sign-in."""
    session.execute(delete(AgentSession).where(col(AgentSession.token_hash) == token_hash))


def devices_of_tokens(session: Reading, token_hashes: Collection[str]) -> dict[str, Device]:
    """Return the devices of these tokens that were not revoked, by digest."""
    rows = session.rows(IN_SERVICE, tokens=token_hashes)
    return {row.token_hash: Device(**row._mapping) for row in rows}


def devices_of(session: Reading, site_id: int) -> list[Device]:
    """Return the devices in service of a site, kiosks first."""
    wanted = select(Device).where(Device.site_id == site_id, col(Device.revoked).is_(False))
    return sorted(session.exec(wanted), key=lambda device: (device.kind != "kiosk", device.kind, device.rank))


def note_heartbeat(session: Writing, device: Device, status: DeviceStatus, now: datetime) -> bool:
    """Keep what a device says of itself, and how far its clock is from ours (seconds, ahead is positive).

    Tell whether this is news for the staff: another condition, or a device heard for the first time.
    """
    said = {
        "printer": status.printer.value,
        "sound": status.sound.value,
        "screen": status.screen.value,
        "undelivered": status.undelivered,
    }
    is_news = device.seen_at is None or any(getattr(device, name) != value for name, value in said.items())
    drift = (status.clock - now).total_seconds()
    session.execute(
        update(Device)
        .where(col(Device.id) == device.id)
        .values(seen_at=now, version=status.version, drift_seconds=drift, **said)
    )
    return is_news


def agent_by_id(session: Reading, agent_id: int | None) -> Agent | None:
    """Return an agent, None for nobody."""
    return session.exec(select(Agent).where(Agent.id == agent_id)).one_or_none() if agent_id else None
