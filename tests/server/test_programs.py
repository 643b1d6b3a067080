"""The server as a program: what an administrator can mend is one line that names it and its cure."""

import errno
import os
import socket
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import text
from sqlmodel import select
from websockets.exceptions import ConnectionClosedError

from house.serving import why_not
from queue_server.storage.database import Database
from queue_server.storage.sites import site_by_code
from queue_server.storage.tables import Agent
from tests import programs
from tests.cast import MDS, a_ticket, open_reception
from tests.doubles import HOST, KioskDouble, following, free_port, get, next_board
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


def of_revision(address: str, revision: str) -> None:
    """Say that a database is of another revision."""
    database = Database(address)
    with database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    database.close()


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


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "::ffff", "a..b"])
def test_an_address_of_another_machine_is_named_with_its_own_setting(sqlite_address: str, host: str) -> None:
    done = programs.run("server", database=sqlite_address, server_host=host, server_port=free_port())
    assert_stopped_with(done, host, "n’est pas de cette machine", "PORTE_OUVERTE_SERVER_HOST")


@pytest.mark.parametrize(
    ("code", "words"), [(errno.EACCES, "réservé au système"), (errno.ENOBUFS, "impossible d’écouter")]
)
def test_a_port_that_is_refused_is_not_said_to_be_in_use(code: int, words: str) -> None:
    said = str(why_not(OSError(code, os.strerror(code)), HOST, 80, "PORTE_OUVERTE_KIOSK_PORT"))
    assert words in said
    assert "PORTE_OUVERTE_KIOSK_PORT" in said


@pytest.mark.parametrize("words", [("server",), ("server", "migrate"), ("server", "sample", ".")])
def test_a_database_out_of_reach_is_one_line_without_the_password(words: tuple[str, ...]) -> None:
    for address in (
        "sqlite:////missing/x.sqlite",
        f"postgresql+psycopg://queue:canari@{HOST}:1/queue",
        f"postgresql+psycopg://queue:ca@nari@{HOST}:1/queue",
    ):
        done = programs.run(*words, database=address, demo="true")
        assert_stopped_with(done, "ne répond pas", "PORTE_OUVERTE_DATABASE")
        assert "nari" not in done.stderr


@pytest.mark.parametrize("words", [("server",), ("server", "sample", ".")])
def test_a_database_never_migrated_is_one_line_that_names_the_command(
    engines: Engines, engine: str, words: tuple[str, ...]
) -> None:
    with engines.empty(engine) as address:
        done = programs.run(*words, database=address, demo="true")
    assert_stopped_with(done, "porte-ouverte server migrate")


@pytest.mark.parametrize("words", [("server",), ("server", "migrate")])
def test_a_database_of_a_later_version_asks_for_that_version(
    sqlite_address: str, words: tuple[str, ...]
) -> None:
    of_revision(sqlite_address, "9999")
    assert_stopped_with(programs.run(*words, database=sqlite_address), "9999", "installez")


def test_a_database_that_changes_under_a_server_is_told_by_its_health(
    sqlite_address: str, tmp_path: Path
) -> None:
    with programs.ServerProgram(sqlite_address, tmp_path) as server:
        of_revision(sqlite_address, "9999")
        answer = get(f"{server.address}/api/v1/health")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/database-not-ready")


@pytest.mark.parametrize("content", [b"\xe9\n", None])
def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "settings"
    path.mkdir() if content is None else path.write_bytes(content)
    assert_stopped_with(programs.run("kiosk", config=path), str(path), "PORTE_OUVERTE_CONFIG")


def test_a_settings_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_bytes(b"\xef\xbb\xbfPORTE_OUVERTE_DATABASE=nothing\n")
    assert_stopped_with(programs.run("server", config=path), "PORTE_OUVERTE_DATABASE", "est illisible")


def test_secrets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "porte_ouverte_kiosk_token").write_bytes(b"\xe9")
    for folder in (tmp_path, tmp_path / "porte_ouverte_kiosk_token", tmp_path / "nowhere"):
        assert_stopped_with(programs.run("kiosk", secrets=folder), str(folder), "PORTE_OUVERTE_SECRETS")


def test_a_frame_above_the_limit_ends_its_connection(sqlite_address: str, tmp_path: Path) -> None:
    database = Database(sqlite_address)
    open_reception(database)
    database.close()
    with (
        programs.ServerProgram(sqlite_address, tmp_path) as server,
        following(server.address, f"/api/v1/board?site={MDS}") as link,
    ):
        next_board(link)
        link.send("a" * (64 * 1024 + 1))
        with pytest.raises(ConnectionClosedError) as closed:
            link.recv(5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


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
