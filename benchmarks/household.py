"""A site to measure: the demonstration's, loaded by the real commands, with more kiosks and agents."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlmodel import select

from benchmarks.programs import ROOT, Program, free_port, start
from queue_server.access import digest
from queue_server.actions.queue import utc_now
from queue_server.domain.days import day_of
from queue_server.domain.numbers import MAX_DEVICES
from queue_server.domain.states import Action, State
from queue_server.sample import DEVICES, SITE
from queue_server.storage.accounts import open_session
from queue_server.storage.database import Database, Reading, Writing
from queue_server.storage.journal import Entry, write_journal
from queue_server.storage.presences import sit_down
from queue_server.storage.tables import Agent, Desk, Device, Membership, Site
from queue_server.storage.tickets import NewTicket, add_ticket

FIRST_LEASED = 2000


@dataclass(frozen=True)
class SeatedAgent:
    """An agent at a desk, with the cookie of a session."""

    agent: Agent
    cookie: str


@dataclass(frozen=True)
class Household:
    """A database with the sample site in it, and its kiosk's token."""

    address: str
    kiosk_token: str

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its server."""
        return {
            "PORTE_OUVERTE_DATABASE": self.address,
            "PORTE_OUVERTE_DEMO": "true",
            "PORTE_OUVERTE_HTTPS_ONLY": "false",
        }

    def run(self, *words: str) -> None:
        """Run a command of the server to its end, as the installer does."""
        command = [sys.executable, "-m", "porte_ouverte", "server", *words]
        subprocess.run(command, cwd=ROOT, env=os.environ | self.settings, check=True)

    def server(self, port: int | None = None) -> Program:
        """Start a server on this database."""
        port = port or free_port()
        settings = self.settings | {"PORTE_OUVERTE_SERVER_PORT": str(port)}
        return start(["porte_ouverte", "server"], port, settings)

    @contextmanager
    def open(self) -> Iterator[Database]:
        """Open the database beside its server."""
        database = Database(self.address)
        try:
            yield database
        finally:
            database.close()

    def add_site(self, code: str) -> list[str]:
        """Add a site with as many kiosks as one may have, and return their tokens."""
        tokens = [secrets.token_urlsafe(32) for _ in range(MAX_DEVICES)]
        with self.open() as database, database.writing() as session:
            sample = the_site(session).model_dump(exclude={"id", "code"})
            site = Site(code=code, **sample | {"revision": 0})
            session.add(site)
            session.flush()
            for rank, token in enumerate(tokens):
                session.add(Device(site_id=site.id, kind="kiosk", rank=rank, token_hash=digest(token)))
        return tokens

    def seat_agents(self, count: int) -> list[SeatedAgent]:
        """Add agents of a competent profession, each at a desk of their own and signed in."""
        with self.open() as database, database.writing() as session:
            site = the_site(session)
            return [_seat(session, site, rank) for rank in range(count)]

    def seat_people(self, count: int) -> None:
        """Let people wait: tickets with numbers from 2000 upwards, one second between arrivals."""
        with self.open() as database, database.writing() as session:
            site = the_site(session)
            kiosk = session.exec(
                select(Device).where(Device.kind == "kiosk", Device.site_id == site.id)
            ).one()
            tickets = [_waiting(site, kiosk.id, rank, count) for rank in range(count)]
            add_ticket(session, *tickets)
            write_journal(session, *(_taken(ticket) for ticket in tickets))


def the_site(session: Reading) -> Site:
    """Return the sample site."""
    return session.exec(select(Site).where(Site.code == SITE)).one()


def new_household(folder: Path, address: str | None = None) -> Household:
    """Migrate a fresh database and load the sample site with the real commands."""
    secret = {kind: secrets.token_urlsafe(32) for kind in DEVICES}
    household = Household(address or f"sqlite:///{folder / 'porte-ouverte.sqlite'}", secret["kiosk"])
    tokens = folder / "tokens"
    tokens.mkdir(exist_ok=True)
    for kind, token in secret.items():
        (tokens / kind).write_text(token, encoding="utf-8")
    household.run("migrate")
    household.run("sample", str(tokens))
    return household


def _seat(session: Writing, site: Site, rank: int) -> SeatedAgent:
    agent = Agent(
        login=f"agent-{rank}", first_name=f"Agent {rank}", password_hash="-", profession="social_worker"
    )
    desk = Desk(site_id=site.id, word="room", mark=str(rank))
    session.add_all((agent, desk))
    session.flush()
    session.add(Membership(agent_id=agent.id, site_id=site.id))
    now = utc_now()
    cookie = secrets.token_urlsafe(32)
    open_session(session, agent.id, digest(cookie), now, now + timedelta(hours=1))
    sit_down(session, agent.id, desk, now)
    return SeatedAgent(agent, cookie)


def _waiting(site: Site, kiosk: int, rank: int, count: int) -> NewTicket:
    now = utc_now()
    at = now - timedelta(seconds=count - rank)
    return NewTicket(
        id=uuid4(),
        site_id=site.id,
        day=day_of(now, site.time_zone),
        number=FIRST_LEASED + rank,
        device_id=kiosk,
        taken_at=at,
        arrived_at=at,
        due=at,
        place_at=at,
        state=State.WAITING,
    )


def _taken(ticket: NewTicket) -> Entry:
    return Entry(ticket.site_id, ticket.id, Action.TAKE, None, State.WAITING, ticket.taken_at)
