"""The touch page and its answers."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from contract.messages import Opening
from contract.symbols import symbol_of
from house.pages import symbol
from house.words import catalogue
from kiosk.app import Kiosk, create_app
from kiosk.book_file import BookHeldError
from kiosk.pages import opening_sentence
from tests.kiosk.cast import MORNING, board, settings

AWAY = httpx.MockTransport(lambda _request: httpx.Response(503))
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[TestClient]:
    yield from opened(tmp_path)


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[TestClient]:
    yield from opened(tmp_path, slips_page=True, printer="file", printer_file=tmp_path / "slips.bin")


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[TestClient]:
    yield from opened(tmp_path, printer="serial", printer_device=str(tmp_path / "none"))


def opened(folder: Path, **chosen: object) -> Iterator[TestClient]:
    with TestClient(create_app(settings(folder, **chosen), AWAY), headers=SAME_ORIGIN) as client:
        yield client


def kiosk(client: TestClient) -> Kiosk:
    found = client.app.state.kiosk  # type: ignore[attr-defined]
    assert isinstance(found, Kiosk)
    return found


def give_news(client: TestClient, waiting: int = 3) -> None:
    follower = kiosk(client).follower
    follower.board = board(waiting)
    follower.age = lambda: 1.0  # type: ignore[method-assign]
    client.portal.call(kiosk(client).memory.keep_board, follower.board)  # type: ignore[union-attr]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def symbol_name(number: int) -> str:
    return catalogue().pgettext("symbol", symbol_of(number))


def until_settled(client: TestClient) -> str:
    for _ in range(200):
        html = str(client.get("/ticket").text)
        if "/coming/" not in html:
            return html
    raise AssertionError("the printer never answered")


def test_at_rest_one_button_covers_everything_and_there_is_nothing_to_fill_in(page: TestClient) -> None:
    html = page.get("/").text
    assert html.count("<button") == 1
    assert not re.search(r"<(form|input|select|textarea|a)\b", html)
    assert "Touchez l’écran. Prenez votre numéro." in words(html)
    assert "Vous pouvez demander un entretien avec un travailleur social, sans dire pourquoi." in words(html)


def test_the_policy_forbids_every_inline_script_and_style_and_the_page_has_none(page: TestClient) -> None:
    answer = page.get("/")
    assert "script-src 'self'; style-src 'self'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", answer.text)


def test_everything_the_page_links_to_is_there(page: TestClient) -> None:
    links = re.findall(r'(?:href|src)="([^"]+)"', page.get("/").text)
    assert len(links) == 5
    assert all(page.get(link).status_code == 200 for link in links)


def test_a_tap_answers_with_number_picture_and_people_before(page: TestClient) -> None:
    give_news(page, waiting=3)
    html = page.post("/tap").text
    assert "Votre numéro 9000 3 personnes avant vous" in words(html)
    assert symbol(symbol_of(9000)) in html
    assert kiosk(page).book.held() == 1


def test_nobody_before_is_soon_and_old_news_says_nothing(page: TestClient) -> None:
    assert "avant vous" not in page.post("/tap").text
    kiosk(page).gesture._given_at = float("-inf")
    give_news(page, waiting=0)
    assert "Bientôt à vous." in page.post("/tap").text


def test_a_second_tap_repeats_the_number_kindly(page: TestClient) -> None:
    page.post("/tap")
    html = page.post("/tap").text
    assert (
        "Votre numéro est le 9000. Pour une autre personne, attendez un instant, puis touchez l’écran."
        in words(html)
    )
    assert kiosk(page).book.held() == 1


def test_paper_that_does_not_come_out_is_said_and_the_number_stays_a_minute(broken: TestClient) -> None:
    assert 'data-seconds="20"' in broken.post("/tap").text
    html = until_settled(broken)
    assert "Le papier ne sort pas. Retenez ce numéro, ou demandez à l’accueil de l’écrire." in words(html)
    assert 'data-seconds="60"' in html
    assert symbol_name(9000) in html


def test_without_a_printer_nobody_is_told_to_take_a_ticket(page: TestClient) -> None:
    page.post("/tap")
    html = until_settled(page)
    assert "Retenez ce numéro." in html
    assert "Le papier ne sort pas" not in html
    assert "Prenez le ticket" not in html


def test_the_state_changes_when_there_is_something_else_to_show(demonstration: TestClient) -> None:
    assert demonstration.get("/state").json() == {"name": "", "opening": "", "shown": ""}
    assert demonstration.get("/ticket").status_code == 204
    give_news(demonstration)
    demonstration.post("/tap")
    until_settled(demonstration)
    state = demonstration.get("/state").json()
    assert (state["name"], state["opening"]) == ("MDS de démonstration", "Ouvert")
    assert state["shown"] in demonstration.get("/ticket").text


def test_a_tap_from_another_site_is_refused_and_a_link_gives_no_ticket(page: TestClient) -> None:
    assert page.post("/tap", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.get("/tap").status_code == 405
    assert kiosk(page).book.held() == 0


def test_a_disk_that_fails_is_said_by_a_status_and_the_program_lives(
    page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_now: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(kiosk(page).book, "issue", full)
    assert page.post("/tap").status_code == 503
    assert page.get("/health").json() == {"status": "ok", "news": False}


def test_a_work_that_breaks_is_begun_again_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    async def breaks() -> None:
        begun.append("again")
        raise RuntimeError

    async def three_times() -> None:
        monkeypatch.setattr("house.works.PAUSE_SECONDS", 0)
        kiosk = Kiosk(settings(tmp_path), AWAY)
        monkeypatch.setattr(kiosk.delivery, "run", breaks)
        work = asyncio.create_task(kiosk.run())
        async with asyncio.timeout(2):
            while len(begun) < 3:  # noqa: ASYNC110 (what is awaited has no event of its own)
                await asyncio.sleep(0.001)
        assert not work.done()
        work.cancel()
        kiosk.book.close()

    asyncio.run(three_times())


def test_each_board_tells_the_delivery_that_the_server_lives(
    page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []
    monkeypatch.setattr(kiosk(page).delivery, "server_lives", lambda: heard.append(True))
    page.portal.call(kiosk(page).follower._take, board())  # type: ignore[union-attr]
    assert heard == [True]
    assert kiosk(page).address() == "12 rue de la Gare, Bondy"


def test_name_and_address_survive_a_restart_without_the_server(tmp_path: Path) -> None:
    for client in opened(tmp_path):
        give_news(client)
    for client in opened(tmp_path):
        assert "MDS de démonstration" in client.get("/").text
        assert kiosk(client).address() == "12 rue de la Gare, Bondy"


def test_slips_are_shown_as_pictures_with_their_words(demonstration: TestClient) -> None:
    assert "Pas encore de ticket" in demonstration.get("/slips").text
    demonstration.post("/tap")
    until_settled(demonstration)
    html = demonstration.get("/slips").text
    (picture,) = re.findall(r'src="(/slips/[^"]+)"', html)
    assert "9000 / Asseyez-vous." in html
    assert demonstration.get(picture).content.startswith(b"\x89PNG")
    assert demonstration.get("/slips/other.png").status_code == 404


def test_slips_are_not_shown_unless_the_settings_ask_for_it(page: TestClient) -> None:
    assert page.get("/slips").status_code == 404


def test_a_second_kiosk_on_the_same_book_does_not_start(tmp_path: Path, page: TestClient) -> None:
    with pytest.raises(BookHeldError):
        create_app(settings(tmp_path), AWAY)


UNTIL_17 = Opening(state="open", until=MORNING.replace(hour=17, minute=0))


@pytest.mark.parametrize(
    ("opening", "fresh", "sentence"),
    [
        (UNTIL_17, True, "Ouvert jusqu’à 17\xa0h"),
        (UNTIL_17, False, "Ouvert jusqu’à 17\xa0h"),
        (Opening(state="open", until=MORNING), False, ""),
        (Opening(state="open"), True, "Ouvert"),
        (Opening(state="open"), False, ""),
        (Opening(state="closed"), True, "L’accueil est fermé."),
    ],
)
def test_opening_is_told_only_when_it_is_known(opening: Opening, fresh: bool, sentence: str) -> None:
    assert opening_sentence(opening, MORNING, fresh=fresh) == sentence
