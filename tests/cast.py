"""The cast: Amina, Joël and Dominique, a kiosk, the MDS de démonstration; builders of what they handle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from uuid import UUID, uuid4

from argon2 import PasswordHasher

from contract.messages import TicketTaken
from queue_server.access import digest
from queue_server.domain.professions import Profession
from queue_server.domain.states import State
from queue_server.storage.database import Database, Writing
from queue_server.storage.tables import Agent, Desk, Device, Membership, Site
from queue_server.storage.tickets import NewTicket, add_ticket

NINE = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
"""Nine in the morning in Paris, on a Tuesday without any particularity."""
TUESDAY = date(2026, 3, 3)
MDS = "mds-demo"
PASSWORD = "porte entrouverte"
QUICK_HASHER = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
AMINA, JOEL, DOMINIQUE = "amina", "joel", "dominique"
FIRST_NAMES = {AMINA: "Amina", JOEL: "Joël", DOMINIQUE: "Dominique"}
KIOSK_TOKEN = "token-of-the-kiosk"
DISPLAY_TOKEN = "token-of-the-display"


@dataclass(frozen=True)
class Reception:
    """A site with its people, desks and devices, as they stand in a database."""

    database: Database
    site: Site
    desks: tuple[Desk, ...]
    agents: dict[str, Agent]
    kiosk: Device
    display: Device

    def agent(self, login: str) -> Agent:
        """Return an agent of the cast."""
        return self.agents[login]


def open_reception(
    database: Database, code: str = MDS, time_zone: str = "Europe/Paris", suffix: str = ""
) -> Reception:
    """Open a site with the three agents, four desks, a kiosk and a display.

    A second site in one database needs a ``code`` and a ``suffix`` for its logins and tokens.
    """
    with database.writing() as session:
        site = _site(session, code, time_zone)
        desks = _desks(session, site)
        agents = {name: add_agent(session, site, name + suffix, FIRST_NAMES[name]) for name in FIRST_NAMES}
        kiosk = add_device(session, site, "kiosk", KIOSK_TOKEN + suffix)
        display = add_device(session, site, "display", DISPLAY_TOKEN + suffix)
    return Reception(database, site, desks, agents, kiosk, display)


def _site(session: Writing, code: str, time_zone: str) -> Site:
    site = Site(
        code=code,
        name="MDS de démonstration",
        address="12 rue de la Gare, Bondy",
        time_zone=time_zone,
        opening="open",
        line="busy",
    )
    session.add(site)
    session.flush()
    return site


def _desks(session: Writing, site: Site) -> tuple[Desk, ...]:
    marks = (
        ("office", "1", "left"),
        ("office", "2", "left"),
        ("office", "3", "right"),
        ("reception", "", "up"),
    )
    return tuple(add_desk(session, site, word, mark, arrow) for word, mark, arrow in marks)


def add_desk(session: Writing, site: Site, word: str, mark: str, arrow: str | None = None) -> Desk:
    """Add a desk to a site."""
    desk = Desk(site_id=site.id, word=word, mark=mark, arrow=arrow)
    session.add(desk)
    session.flush()
    return desk


def add_agent(
    session: Writing,
    site: Site,
    login: str,
    first_name: str,
    profession: Profession = Profession.SOCIAL_WORKER,
    password: str = PASSWORD,
) -> Agent:
    """Add an agent of a site."""
    agent = Agent(login=login, first_name=first_name, profession=profession, password_hash=hashed(password))
    session.add(agent)
    session.flush()
    session.add(Membership(agent_id=agent.id, site_id=site.id))
    session.flush()
    return agent


def add_device(session: Writing, site: Site, kind: str, token: str, rank: int = 0) -> Device:
    """Pair a device with a site."""
    device = Device(site_id=site.id, kind=kind, rank=rank, token_hash=digest(token))
    session.add(device)
    session.flush()
    return device


def add_kiosk(reception: Reception, rank: int, token: str) -> Device:
    """Pair one more kiosk."""
    with reception.database.writing() as session:
        return add_device(session, reception.site, "kiosk", token, rank)


@lru_cache(maxsize=8)
def hashed(password: str) -> str:
    """Hash a password the quick way: the cost of argon2 is not what is tested."""
    return QUICK_HASHER().hash(password)


def a_ticket(
    number: int = 1, taken_at: datetime = NINE, day: date = TUESDAY, ticket_id: UUID | None = None
) -> TicketTaken:
    """Make a ticket as a kiosk has given it."""
    return TicketTaken(id=ticket_id or uuid4(), day=day, number=number, taken_at=taken_at)


def keep_ticket(
    session: Writing,
    reception: Reception,
    number: int,
    arrived: datetime = NINE,
    state: State = State.WAITING,
    ticket_id: UUID | None = None,
) -> UUID:
    """Put a ticket straight into the database and return its id."""
    ticket = NewTicket(
        id=ticket_id or uuid4(),
        site_id=reception.site.id,
        day=TUESDAY,
        number=number,
        device_id=reception.kiosk.id,
        taken_at=arrived,
        arrived_at=arrived,
        due=arrived,
        place_at=arrived,
        state=state,
    )
    add_ticket(session, ticket)
    return ticket.id


def fill_the_room(reception: Reception, people: int) -> list[UUID]:
    """Let that many people wait, one arrival per second, and return their tickets in order of arrival."""
    with reception.database.writing() as session:
        return [
            keep_ticket(session, reception, number, NINE + timedelta(seconds=number))
            for number in range(1, people + 1)
        ]
