"""A server over real HTTP, with the cast at its doors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from contract.messages import Board
from queue_server.app import create_app
from queue_server.settings import ServerSettings
from tests.cast import AMINA, JOEL, QUICK_HASHER, Reception
from tests.doubles import AgentBrowser, Clock, DisplayDouble, KioskDouble, get, served


@dataclass(frozen=True)
class Server:
    """A served application: where it is, what it keeps, and the clock it reads."""

    address: str
    reception: Reception
    clock: Clock

    def board(self) -> Board:
        """Return the board as anybody may read it."""
        answer = get(f"{self.address}/api/v1/board")
        assert answer.status_code == 200, answer.text
        return Board.model_validate_json(answer.content)

    @contextmanager
    def at_desk(self, login: str, desk: int) -> Iterator[AgentBrowser]:
        """Give the browser of an agent who has signed in and sits at a desk, counted from 0."""
        with AgentBrowser(self.address) as browser:
            assert browser.sign_in(login).status_code == 303
            assert browser.sit(self.reception.desks[desk].id).headers["location"] == "/agent"
            yield browser


@contextmanager
def serving(
    reception: Reception, clock: Clock, *, demo: bool = False, https_only: bool = False
) -> Iterator[Server]:
    """Serve a reception with chosen settings."""
    settings = ServerSettings(database=reception.database.address, demo=demo, https_only=https_only)
    with quick_passwords():
        app = create_app(settings, clock)
    with served(app) as address:
        yield Server(address, reception, clock)


@contextmanager
def quick_passwords() -> Iterator[None]:
    """Check passwords the quick way: the cost of argon2 is not what is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("queue_server.access.PasswordHasher", QUICK_HASHER)
        yield


@pytest.fixture
def server(reception: Reception, clock: Clock) -> Iterator[Server]:
    """A real site's server."""
    with serving(reception, clock) as started:
        yield started


@pytest.fixture
def kiosk(server: Server) -> Iterator[KioskDouble]:
    """The kiosk, with today's numbers leased."""
    with KioskDouble(server.address) as device:
        device.lease()
        yield device


@pytest.fixture
def display(server: Server) -> Iterator[DisplayDouble]:
    """The screen of the waiting room."""
    with DisplayDouble(server.address) as device:
        yield device


@pytest.fixture
def amina(server: Server) -> Iterator[AgentBrowser]:
    """Amina, in office 1."""
    with server.at_desk(AMINA, 0) as browser:
        yield browser


@pytest.fixture
def joel(server: Server) -> Iterator[AgentBrowser]:
    """Joël, in office 2."""
    with server.at_desk(JOEL, 1) as browser:
        yield browser
