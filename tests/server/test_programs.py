"""The server as a program: what an administrator can mend is one line that names it and its cure."""

import socket
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlmodel import select

from queue_server.storage.database import Database
from queue_server.storage.sites import site_by_code
from queue_server.storage.tables import Agent
from tests import programs
from tests.cast import MDS, a_ticket, open_reception
from tests.doubles import HOST, KioskDouble
from tests.engines import SQLITE, Engines


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    """A folder with the tokens of the sample's devices."""
    for kind in ("kiosk", "display", "voicemail"):
        (tmp_path / kind).write_text(f"token-{kind}\n")
    return tmp_path


def assert_stopped_with(done: CompletedProcess[str], *words: str) -> None:
    """Check that a program stopped with one line, which holds these words, and no trace."""
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("porte-ouverte")
    assert all(word in line for word in words), line


@pytest.mark.parametrize("words", [("server",), ("server", "migrate")])
def test_a_missing_database_setting_is_named_with_its_cure(words: tuple[str, ...]) -> None:
    assert_stopped_with(programs.run(*words), "PORTE_OUVERTE_DATABASE", "ajoutez-le")


@pytest.mark.parametrize("port", ["eight thousand", "0", "65536"])
def test_an_unreadable_port_is_named(sqlite_address: str, port: str) -> None:
    done = programs.run("server", database=sqlite_address, server_port=port)
    assert_stopped_with(done, "PORTE_OUVERTE_SERVER_PORT", "docs/settings.md")


@pytest.mark.parametrize("address", ["nothing", "mysql://here/queue"])
def test_an_unreadable_database_address_is_named(address: str) -> None:
    assert_stopped_with(programs.run("server", database=address), "PORTE_OUVERTE_DATABASE")


def test_a_busy_port_is_named_with_the_setting_that_changes_it(sqlite_address: str) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        done = programs.run("server", database=sqlite_address, server_port=port)
    assert_stopped_with(done, str(port), "PORTE_OUVERTE_SERVER_PORT")


def test_the_sample_is_refused_outside_the_demonstration(sqlite_address: str, tokens: Path) -> None:
    done = programs.run("server", "sample", str(tokens), database=sqlite_address)
    assert_stopped_with(done, "PORTE_OUVERTE_DEMO")
    database = Database(sqlite_address)
    with database.reading() as session:
        assert list(session.exec(select(Agent.login))) == []
    database.close()


def test_migrating_and_loading_the_sample_twice_is_harmless(engines: Engines, tokens: Path) -> None:
    with engines.empty(SQLITE) as address:
        for _ in range(2):
            assert programs.run("server", "migrate", database=address).returncode == 0
            loaded = programs.run("server", "sample", str(tokens), database=address, demo="true")
            assert loaded.returncode == 0, loaded.stderr
        database = Database(address)
        with database.reading() as session:
            assert site_by_code(session, MDS).name == "MDS de démonstration"
            assert sorted(session.exec(select(Agent.login))) == ["amina", "dominique", "joel"]
        database.close()


def test_the_records_of_a_server_hold_nothing_that_was_sent(sqlite_address: str, tmp_path: Path) -> None:
    database = Database(sqlite_address)
    open_reception(database)
    database.close()
    ticket = a_ticket(555)
    with programs.ServerProgram(sqlite_address, tmp_path) as server, KioskDouble(server.address) as kiosk:
        assert kiosk.deliver(ticket).status_code == 201
        assert kiosk.deliver(ticket.model_copy(update={"number": 556})).status_code == 409
        assert kiosk.post("/tickets", {"canari": "canari"}).status_code == 422
        assert kiosk.post_raw("/tickets", b"canari" * 200_000).status_code == 413
        assert kiosk.http.get("/api/v1/canari").status_code == 404
    assert server.records() == ""
