"""Two commands on a fresh machine: the second one is a visit."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.doubles import wait_until
from tests.journeys.house import House, free_ports, noon_zone
from tests.journeys.launched import Launched

COMMAND = (sys.executable, "-m", "porte_ouverte", "demo")


def _run(command: tuple[str, ...], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Launched]:
    """The demonstration, started by its command."""
    launched = Launched(COMMAND, tmp_path, free_ports()["server"])
    yield launched
    launched.interrupt()


def test_it_prints_the_addresses_the_accounts_and_what_to_do_first(demo: Launched) -> None:
    said = demo.wait_until_it_says("Ctrl-C")
    for port in range(demo.port, demo.port + 4):
        assert f"http://127.0.0.1:{port}/" in said
    assert "amina, joel, dominique" in said
    assert "1. Ouvrez l’écran de la salle d’attente" in said


def test_ctrl_c_stops_everything_without_a_word_of_trouble(demo: Launched) -> None:
    demo.wait_until_it_says("Ctrl-C")
    assert demo.interrupt() == 0
    assert "Traceback" not in demo.said()
    for port in range(demo.port, demo.port + 4):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_second_start_on_the_same_folder_goes_on(tmp_path: Path) -> None:
    for _ in range(2):
        launched = Launched(COMMAND, tmp_path, free_ports()["server"])
        launched.wait_until_it_says("Ctrl-C")
        assert launched.interrupt() == 0


def test_a_port_in_use_is_one_french_line_that_names_it_and_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        launched = Launched(COMMAND, tmp_path, port)
        assert launched.process.wait(20) != 0
        launched.interrupt()
    line = (
        f"porte-ouverte : le port {port} est déjà pris\N{NO-BREAK SPACE}: choisissez-en un autre avec PORT=."
    )
    assert launched.lines == [line]


@pytest.mark.parametrize("port", ["abc", "65533", "0", "-1", "²"])
def test_a_port_that_is_none_is_one_line_that_names_it(tmp_path: Path, port: str) -> None:
    done = _run(COMMAND, tmp_path, PORT=port, DATA=str(tmp_path / "data"))
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"porte-ouverte : PORT={port} ")


def test_a_proxy_for_the_outside_is_not_asked_for_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ws_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "accueil.example")
    launched = Launched(COMMAND, tmp_path, free_ports()["server"])
    try:
        launched.wait_until_it_says("Ctrl-C")
        with httpx.Client(trust_env=False) as client:
            wait_until(lambda: client.get(f"http://127.0.0.1:{launched.port + 1}/health").json()["news"])
    finally:
        launched.interrupt()


def test_a_house_of_journeys_is_where_it_is_noon(house: House) -> None:
    zone = ZoneInfo(house.board()["opening"]["time_zone"])
    assert 11 <= datetime.now(zone).hour <= 13
    for hour in range(24):
        now = datetime(2031, 3, 4, hour, 59, tzinfo=UTC)
        assert now.astimezone(ZoneInfo(noon_zone(now))).hour == 12


def test_a_folder_whose_name_is_a_file_is_one_line_that_names_data(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    launched = Launched(COMMAND, tmp_path, free_ports()["server"])
    assert launched.process.wait(20) != 0
    launched.interrupt()
    assert len(launched.lines) == 1
    assert "DATA=" in launched.lines[0]


def test_tokens_are_readable_by_their_owner_only(demo: Launched, tmp_path: Path) -> None:
    demo.wait_until_it_says("Ctrl-C")
    for token in (tmp_path / "data" / "tokens").iterdir():
        assert token.stat().st_mode & 0o777 == 0o600
