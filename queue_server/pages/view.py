"""What the agents' page shows, gathered in one read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from contract.symbols import symbol_of
from queue_server.domain.days import day_of
from queue_server.domain.line import LIVE_PAGE
from queue_server.domain.states import State
from queue_server.storage.accounts import devices_of
from queue_server.storage.calls import called_at
from queue_server.storage.database import Reading
from queue_server.storage.presences import colleagues, left_behind
from queue_server.storage.sites import site_by_id
from queue_server.storage.tables import Agent, Desk, Device, Presence, Site, Ticket
from queue_server.storage.tickets import held_by, tickets_in

SILENT = timedelta(minutes=1)
"""A device that has said nothing for this long is shown as silent."""
FAULTS = {
    "printer": ("paper_low", "paper_out", "cover_open", "offline", "fault"),
    "sound": ("offline", "fault"),
    "screen": ("offline", "fault"),
}
"""What the staff are told of each part; *unknown* and *none* are not faults."""


@dataclass(frozen=True)
class TicketView:
    """A ticket as the staff see it; ``arrived`` is in the site's time zone."""

    id: str
    step: int
    label: str
    symbol: str
    state: str
    arrived: datetime


@dataclass(frozen=True)
class ColleagueView:
    """A colleague at a desk: no duration, no count, only what one sees by looking through the door."""

    first_name: str
    desk: Desk
    doing: str


@dataclass(frozen=True)
class DeviceView:
    """A device: ``ready``, ``silent``, or a part and its fault, such as ``printer_paper_low``.

    ``undelivered`` counts the tickets that a kiosk gave and that are not in the line.
    """

    kind: str
    rank: int
    news: str
    undelivered: int = 0


@dataclass(frozen=True)
class AgentView:
    """One agent's page."""

    site: Site
    agent: Agent
    desk: Desk
    now: datetime
    is_available: bool
    current: TicketView | None
    called_at: datetime | None
    waiting: list[TicketView]
    expected: list[TicketView]
    colleagues: list[ColleagueView]
    devices: list[DeviceView]


def agent_view(session: Reading, agent: Agent, presence: Presence, now: datetime) -> AgentView:
    """Gather the page of an agent who sits at a desk."""
    site = site_by_id(session, presence.site_id)
    day = day_of(now, site.time_zone)
    zone = ZoneInfo(site.time_zone)
    current = held_by(session, agent.id)
    team = colleagues(session, presence.site_id)
    return AgentView(
        site=site,
        agent=agent,
        desk=next(desk for other, desk, _ in team if other.id == agent.id),
        now=now.astimezone(zone),
        is_available=presence.available_since is not None,
        current=_ticket(current, zone) if current else None,
        called_at=_called_at(session, current, zone),
        waiting=[
            _ticket(ticket, zone) for ticket in tickets_in(session, presence.site_id, day, State.WAITING)
        ],
        expected=[
            _ticket(ticket, zone)
            for ticket in tickets_in(session, presence.site_id, day, State.NOT_THERE_YET)
        ],
        colleagues=[
            _colleague(session, other, desk, seat, now)
            for other, desk, seat in team
            if other.id != agent.id and not left_behind(session, seat, now)
        ],
        devices=[_device(device, now) for device in devices_of(session, presence.site_id)],
    )


def _ticket(ticket: Ticket, zone: ZoneInfo) -> TicketView:
    return TicketView(
        id=str(ticket.id),
        step=ticket.step,
        label=str(ticket.number),
        symbol=symbol_of(ticket.number),
        state=ticket.state,
        arrived=ticket.arrived_at.astimezone(zone),
    )


def _called_at(session: Reading, ticket: Ticket | None, zone: ZoneInfo) -> datetime | None:
    at = called_at(session, ticket.id) if ticket and ticket.state == State.CALLED else None
    return at.astimezone(zone) if at else None


def _colleague(
    session: Reading, agent: Agent, desk: Desk, presence: Presence, now: datetime
) -> ColleagueView:
    held = held_by(session, agent.id)
    available = presence.available_since is not None and now - presence.seen_at < LIVE_PAGE
    doing = held.state if held else "available" if available else "unavailable"
    return ColleagueView(agent.first_name, desk, doing)


def _device(device: Device, now: datetime) -> DeviceView:
    if device.seen_at is None or now - device.seen_at > SILENT:
        return DeviceView(device.kind, device.rank, "silent")
    said = {"printer": device.printer, "sound": device.sound, "screen": device.screen}
    faults = [f"{part}_{condition}" for part, condition in said.items() if condition in FAULTS[part]]
    news = faults[0] if faults else "ready"
    return DeviceView(device.kind, device.rank, news, device.undelivered)
