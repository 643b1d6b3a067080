"""The program's addresses, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from starlette.websockets import WebSocketDisconnect

from contract.messages import Board
from display.app import create_app
from display.pace import Pace
from display.place import Place, place_of
from display.screen import Hall
from display.settings import DisplaySettings
from display.view import View
from house.settings import SettingsError, read_settings

from .waiting_room import board, call, undone


@pytest.fixture
def settings(tmp_path: Path) -> DisplaySettings:
    return DisplaySettings(
        server_url="http://127.0.0.1:9", site="demo", display_token=SecretStr("x"), display_data=tmp_path
    )


@pytest.fixture
def client(settings: DisplaySettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="http://tv.test") as client:
        yield client


def shown(settings: DisplaySettings, news: Board) -> dict[str, str]:
    """Return the parts of the page for a board, its first call being announced."""
    hall = Hall().hear(news, news.at, 0)
    begun = hall.begin(0) if hall.due(0) else hall
    parts: dict[str, str] = View(settings, Pace()).snapshot(begun.screen(0), Place("MDS"))["parts"]
    return parts


def test_the_page_greets_before_anyone_is_called(client: TestClient) -> None:
    page = client.get("/").text
    for words in ("Bonjour.", "Nous allons vous appeler.", "Carte mobilité inclusion", "sans dire pourquoi"):
        assert words in page


def test_the_page_runs_no_script_and_no_style_of_its_own(client: TestClient) -> None:
    answer = client.get("/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert "<script>" not in answer.text


def test_the_page_loads_all_it_names(client: TestClient) -> None:
    page = client.get("/").text
    addresses = [part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/static/")]
    assert len(addresses) >= 6
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_page_is_told_the_whole_screen_when_it_connects(client: TestClient) -> None:
    with client.websocket_connect("/live") as link:
        message = link.receive_json()
    assert message["kind"] == "screen"
    assert message["age"] < 5
    assert set(message["parts"]) == {"name", "call", "recent", "past", "expected"}


def test_a_page_of_another_site_is_refused(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/live", headers={"origin": "http://elsewhere.test"}),
    ):
        pass


@pytest.mark.parametrize("key", ["..%2f..%2fetc%2fpasswd", "x", "A" * 32])
def test_a_voice_that_is_no_voice_is_not_served(client: TestClient, key: str) -> None:
    assert client.get(f"/voice/{key}.wav").status_code in (404, 422)


def test_a_voice_nobody_asked_for_is_not_made(client: TestClient) -> None:
    assert client.get(f"/voice/{'0' * 32}.wav").status_code == 404


def test_health_says_what_works(client: TestClient) -> None:
    facts = client.get("/health").json()
    assert facts["status"] == "ok"
    assert (facts["pages"], facts["screen"]) == (0, "offline")


def test_those_not_there_yet_keep_their_number_on_the_screen(settings: DisplaySettings) -> None:
    assert "<strong>44, 107</strong>" in shown(settings, board(expected=["44", "107"]))["expected"]
    assert shown(settings, board())["expected"] == ""


def test_a_call_shows_number_picture_arrow_and_desk(settings: DisplaySettings) -> None:
    part = shown(settings, board(call(47)))["call"]
    assert '<span class="number signs-2">47</span>' in part
    assert "Bureau\u00a03" in part
    assert part.count("<svg") == 3, "picture, arrow, door"


def test_an_undone_call_in_the_list_points_nowhere(settings: DisplaySettings) -> None:
    part = shown(settings, board(undone(call(47))))["recent"]
    assert "encore un instant" in part
    assert "Bureau" not in part


def test_what_a_later_server_may_say_does_not_break_the_screen(settings: DisplaySettings) -> None:
    odd = call(47).model_copy(update={"label": "<b>☀", "symbol": "../../secret"})
    part = shown(settings, board(odd))["call"]
    assert "&lt;b&gt;☀" in part
    assert '<span class="symbol"></span>' in part


def test_the_clock_is_the_site_s_also_overseas(settings: DisplaySettings) -> None:
    there = board()
    there = there.model_copy(
        update={"opening": there.opening.model_copy(update={"time_zone": "Indian/Reunion"})}
    )
    page = View(settings, Pace()).page(Hall().screen(0), place_of(there), there.at)
    assert '<p id="clock">13\u00a0h\u00a042</p>' in page
    assert 'data-time-zone="Indian/Reunion"' in page


def test_a_zone_this_machine_does_not_know_leaves_the_clock_in_paris() -> None:
    there = board()
    lost = there.model_copy(
        update={"opening": there.opening.model_copy(update={"time_zone": "Mars/Olympus"})}
    )
    assert place_of(lost).time_zone.key == "Europe/Paris"


@pytest.mark.parametrize(
    ("name", "value"), [("DISPLAY_PORT", "0"), ("SERVER_URL", "ftp://server"), ("THEME", "pink")]
)
def test_an_unreadable_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    good = {"SERVER_URL": "http://s", "SITE": "demo", "DISPLAY_TOKEN": "x", "DISPLAY_DATA": "data"}
    for setting, text in {**good, name: value}.items():
        monkeypatch.setenv(f"PORTE_OUVERTE_{setting}", text)
    with pytest.raises(SettingsError, match=f"PORTE_OUVERTE_{name}"):
        read_settings(DisplaySettings)
