"""The sample site, "MDS de démonstration": open day and night, three agents, four desks, three devices."""

from pathlib import Path

from sqlmodel import select

from house.words import catalogue
from queue_server.access import DEMO_PASSWORD, digest, hash_password
from queue_server.domain.professions import Profession
from queue_server.settings import ServerSettings
from queue_server.storage.database import Database, Writing
from queue_server.storage.tables import Agent, Desk, Device, Membership, Site

SITE = "mds-demo"
NAME = "MDS de démonstration"
ADDRESS = "12 rue de la Gare, Bondy"
AGENTS = (
    ("amina", "Amina", Profession.SOCIAL_WORKER),
    ("joel", "Joël", Profession.SOCIAL_WORKER),
    ("dominique", "Dominique", Profession.BUDGET_ADVISER),
)
DESKS = (
    ("office", "1", "left"), ("office", "2", "left"), ("office", "3", "right"), ("reception", "", "up"),
)  # fmt: skip
DEVICES = ("kiosk", "display", "voicemail")


class NotADemoError(Exception):
    """The sample accounts have a public password: they are for the demonstration only."""


def load_sample(settings: ServerSettings, tokens: Path) -> None:
    """Load the sample site, once; the devices' tokens, files named by kind in ``tokens``, each time.

    Raises NotADemoError outside the demonstration.
    """
    if not settings.demo:
        sentence = catalogue().gettext(
            "the sample site is for the demonstration only: set PORTE_OUVERTE_DEMO=true."
        )
        raise NotADemoError(sentence)
    database = Database(settings.database)
    with database.writing() as session:
        site = session.exec(select(Site).where(Site.code == SITE)).one_or_none()
        if site is None:
            site = _new_site(session)
            _new_people(session, site)
        for kind in DEVICES:
            _pair(session, site, kind, digest((tokens / kind).read_text(encoding="utf-8").strip()))
    database.close()


def _new_site(session: Writing) -> Site:
    site = Site(code=SITE, name=NAME, address=ADDRESS, time_zone="Europe/Paris", opening="open", line="busy")
    session.add(site)
    session.flush()
    session.add_all(Desk(site_id=site.id, word=word, mark=mark, arrow=arrow) for word, mark, arrow in DESKS)
    return site


def _new_people(session: Writing, site: Site) -> None:
    password_hash = hash_password(DEMO_PASSWORD)
    for login, first_name, profession in AGENTS:
        agent = Agent(login=login, first_name=first_name, profession=profession, password_hash=password_hash)
        session.add(agent)
        session.flush()
        session.add(Membership(agent_id=agent.id, site_id=site.id))


def _pair(session: Writing, site: Site, kind: str, token_hash: str) -> None:
    known = session.exec(select(Device).where(Device.site_id == site.id, Device.kind == kind)).one_or_none()
    device = known or Device(site_id=site.id, kind=kind, token_hash=token_hash)
    device.token_hash = token_hash
    session.add(device)
