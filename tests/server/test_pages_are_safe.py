"""Every answer is closed to what is not ours: strict CSP, no inline script, nothing from elsewhere."""

import re

import pytest

from house.guard import SECURITY_HEADERS
from queue_server.storage.database import Database, Reading
from tests.cast import fill_the_room
from tests.doubles import AgentBrowser, post
from tests.engines import SQLITE
from tests.server.conftest import Server

PATHS = ("/agent", "/desk", "/sign-in", "/api/docs", "/nowhere")


@pytest.fixture
def engine() -> str:
    """One engine: what a page holds does not depend on it."""
    return SQLITE


@pytest.mark.parametrize(
    "path", [*PATHS, "/api/v1/board", "/api/v1/nowhere", "/openapi.json", "/static/css/tokens.css"]
)
def test_every_answer_carries_the_headers(amina: AgentBrowser, path: str) -> None:
    expected = SECURITY_HEADERS | ({"cache-control": "no-cache"} if path.startswith("/static/") else {})
    headers = amina.http.get(path).headers
    assert {name: headers.get(name) for name in expected} == expected


@pytest.mark.parametrize("path", ["/agent", "/api/v1/board"])
def test_an_answer_that_tells_of_a_fault_carries_them_too(
    server: Server, amina: AgentBrowser, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def away(_database: Database) -> Reading:
        raise OSError("no database")

    monkeypatch.setattr(Database, "reading", away)
    answer = amina.http.get(path)
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_the_policy_allows_no_inline_script_and_no_other_site() -> None:
    policy = SECURITY_HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"unsafe|\*|https?:", policy)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_holds_an_inline_script_or_style(server: Server, amina: AgentBrowser, path: str) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    page = amina.http.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_fetches_anything_from_elsewhere(amina: AgentBrowser, path: str) -> None:
    page = amina.http.get(path).text
    assert not re.search(r"""(?:src|href|action|hx-\w+)=["'](?:https?:)?//""", page)


@pytest.mark.parametrize("path", ["/agent", "/desk", "/sign-in"])
def test_everything_a_page_asks_for_is_there(amina: AgentBrowser, path: str) -> None:
    page = amina.http.get(path).text
    assets = set(re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", page))
    assert assets
    assert {asset: amina.http.get(asset).status_code for asset in assets} == dict.fromkeys(assets, 200)


def test_pages_about_people_are_not_stored(amina: AgentBrowser) -> None:
    assert amina.http.get("/agent").headers["cache-control"] == "no-store"


def test_a_name_is_never_markup(server: Server, amina: AgentBrowser) -> None:
    answer = post(f"{server.address}/sign-in", data={"login": '"><script>', "password": "x"})
    assert "<script>" not in answer.text
