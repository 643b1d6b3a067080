"""One Chromium for the session, one house per journey."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import opened_browser
from tests.journeys.house import House
from tests.journeys.people import Staff, Visitor, WaitingRoom

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; closed before other folders run loops of their own."""
    with opened_browser(*ARGUMENTS) as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, sqlite_address: str) -> Iterator[House]:
    """The four programs on a fresh SQLite database."""
    running = House(tmp_path, sqlite_address)
    yield running
    running.stop()


@pytest.fixture
def house_on_each_engine(tmp_path: Path, engine_address: str) -> Iterator[House]:
    """The four programs on a fresh database of each engine."""
    running = House(tmp_path, engine_address)
    yield running
    running.stop()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Visitor:
    """Someone in front of the kiosk."""
    return Visitor(browser, house)


@pytest.fixture
def room(browser: Browser, house: House) -> WaitingRoom:
    """Someone in the waiting room."""
    return WaitingRoom(browser, house)


@pytest.fixture
def amina(browser: Browser, house: House) -> Staff:
    """Amina, at desk 3."""
    return Staff(browser, house, "amina", "Bureau 3")


@pytest.fixture
def joel(browser: Browser, house: House) -> Staff:
    """Joël, at desk 1."""
    return Staff(browser, house, "joel", "Bureau 1")
