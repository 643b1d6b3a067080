"""What is not understood is refused with a problem that says why; nothing is written, nothing repeated."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cast import TUESDAY, Reception, a_ticket
from tests.doubles import HTMX, PLAIN, AgentBrowser, Clock, DisplayDouble, KioskDouble, get, post
from tests.server.conftest import Server, serving
from tests.server.kept import numbers_of

CANARY = "canari-4f1d"
TWO_MEGABYTES = 2 * 1024 * 1024
GOOD = a_ticket(1).model_dump(mode="json")


def told(answer: httpx.Response, status: int) -> str:
    """Check that an answer is a problem, and return its type."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    return str(problem["type"])


def in_pieces(size: int) -> Iterator[bytes]:
    """Give a body piece by piece: its length is not declared."""
    for _ in range(size // 1024):
        yield CANARY.ljust(1024).encode()


NOT_UNDERSTOOD = {
    "not JSON": CANARY.encode(),
    "cut JSON": json.dumps(GOOD).encode()[:-5],
    "nothing": b"",
    "a list": b"[]",
    "an unknown property": json.dumps(GOOD | {CANARY: CANARY}).encode(),
    "a reason": json.dumps(GOOD | {"reason": CANARY}).encode(),
    "no number": json.dumps({name: GOOD[name] for name in ("id", "day", "taken_at")}).encode(),
    "a number too small": json.dumps(GOOD | {"number": 0}).encode(),
    "a number too large": json.dumps(GOOD | {"number": 10_000}).encode(),
    "words for a number": json.dumps(GOOD | {"number": CANARY}).encode(),
    "words for an id": json.dumps(GOOD | {"id": CANARY}).encode(),
    "no such day": json.dumps(GOOD | {"day": "2026-02-30"}).encode(),
    "an instant without a time zone": json.dumps(GOOD | {"taken_at": "2026-03-03T09:00:00"}).encode(),
}


@pytest.mark.parametrize("body", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD.keys())
def test_a_ticket_that_is_not_understood_is_refused(
    server: Server, kiosk: KioskDouble, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = kiosk.post_raw("/tickets", body)
    assert told(answer, 422) == "/problems/not-understood"
    assert numbers_of(server.reception.database) == []
    assert CANARY not in answer.text
    assert CANARY not in "".join(capfd.readouterr())


def test_a_ticket_that_is_not_even_text_is_refused(server: Server, kiosk: KioskDouble) -> None:
    answer = kiosk.post_raw("/tickets", CANARY.encode() + b"\xff\xfe")
    assert told(answer, 400) == "about:blank"
    assert CANARY not in answer.text
    assert numbers_of(server.reception.database) == []


def test_the_place_that_is_wrong_is_named(kiosk: KioskDouble) -> None:
    answer = kiosk.post("/tickets", GOOD | {"number": 0, "day": "never"})
    assert answer.json()["detail"] == "body.day, body.number"


@pytest.mark.parametrize("path", ["/tickets", "/books", "/devices/status"])
@pytest.mark.parametrize("authorization", [None, "", "Bearer", f"Bearer {CANARY}", f"Basic {CANARY}"])
def test_a_wrong_token_is_refused(
    server: Server, path: str, authorization: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    message = {"/tickets": GOOD, "/books": {}, "/devices/status": STATUS}[path]
    headers = {} if authorization is None else {"authorization": authorization}
    answer = post(f"{server.address}/api/v1{path}", json=message, headers=headers)
    assert told(answer, 401) == "/problems/unknown-token"
    assert CANARY not in answer.text + "".join(capfd.readouterr())
    assert numbers_of(server.reception.database) == []


STATUS = {"version": "0.1.0", "clock": "2026-03-03T08:00:00Z"}


def test_a_revoked_device_is_refused(server: Server, kiosk: KioskDouble) -> None:
    with server.reception.database.writing() as session:
        server.reception.kiosk.revoked = True
        session.merge(server.reception.kiosk)
    assert told(kiosk.deliver(a_ticket(1)), 401) == "/problems/unknown-token"
    assert numbers_of(server.reception.database) == []


def test_a_display_gives_no_ticket(server: Server, display: DisplayDouble) -> None:
    assert told(display.deliver(a_ticket(500)), 403) == "/problems/not-allowed"
    assert told(display.post("/books", {}), 403) == "/problems/not-allowed"
    assert numbers_of(server.reception.database) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": f"https://{CANARY}.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_foreign_origin_is_refused(server: Server, kiosk: KioskDouble, headers: dict[str, str]) -> None:
    answer = kiosk.post_raw("/tickets", json.dumps(GOOD).encode(), **headers)
    assert told(answer, 403) == "about:blank"
    assert CANARY not in answer.text
    assert numbers_of(server.reception.database) == []


def test_our_own_origin_is_let_in(server: Server, kiosk: KioskDouble) -> None:
    own = {"origin": server.address, "sec-fetch-site": "same-origin"}
    assert kiosk.post_raw("/tickets", json.dumps(GOOD).encode(), **own).status_code == 201


def test_a_body_of_two_megabytes_is_refused(server: Server, kiosk: KioskDouble) -> None:
    answer = kiosk.post_raw("/tickets", CANARY.encode().ljust(TWO_MEGABYTES))
    assert told(answer, 413) == "about:blank"
    assert numbers_of(server.reception.database) == []


def test_a_body_announced_too_large_is_refused_before_it_comes(server: Server) -> None:
    link = HTTPConnection(urlsplit(server.address).netloc, timeout=10)
    link.putrequest("POST", "/api/v1/tickets")
    link.putheader("content-length", str(TWO_MEGABYTES))
    link.endheaders()
    assert link.getresponse().status == 413
    link.close()


def test_a_body_of_two_megabytes_in_pieces_is_refused(
    server: Server, kiosk: KioskDouble, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = kiosk.post_raw("/tickets", in_pieces(TWO_MEGABYTES))
    assert told(answer, 413) == "about:blank"
    assert CANARY not in answer.text + "".join(capfd.readouterr())
    assert numbers_of(server.reception.database) == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", f"/api/v1/{CANARY}", 404), ("GET", "/api/v1/tickets", 405), ("DELETE", "/api/v1/board", 405)],
)
def test_an_address_that_is_not_there_is_a_problem_too(
    server: Server, method: str, path: str, status: int
) -> None:
    answer = httpx.request(method, server.address + path, verify=PLAIN)
    assert told(answer, status) == "about:blank"
    assert CANARY not in answer.text


@pytest.mark.parametrize("site", [CANARY, "x" * 41, "", "%00", "MDS"])
def test_a_site_that_is_not_there_is_a_problem(server: Server, site: str) -> None:
    answer = get(f"{server.address}/api/v1/board?site={site}")
    assert told(answer, answer.status_code) in ("/problems/unknown-site", "/problems/not-understood")
    assert answer.status_code in (404, 422)
    assert CANARY not in answer.text


def test_a_fault_of_the_server_repeats_nothing(
    reception: Reception, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    with reception.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal RENAME TO lost")
    ticket = a_ticket(501)
    with serving(reception, clock) as server, KioskDouble(server.address) as kiosk:
        answer = kiosk.deliver(ticket)
    assert told(answer, 500) == "about:blank"
    said = answer.text + "".join(capfd.readouterr())
    assert "Exception" in said
    assert str(ticket.id) not in said
    assert ticket.id.hex not in said
    assert numbers_of(reception.database) == []


class TestPages:
    """A page answers with a French sentence, never with a trace or what was sent."""

    def test_a_foreign_form_is_refused(self, amina: AgentBrowser) -> None:
        foreign = {"origin": f"https://{CANARY}.example"}
        answer = amina.http.post("/agent/available", headers=foreign)
        assert answer.status_code == 403
        assert "vient d’un autre site" in answer.text
        assert CANARY not in answer.text

    @pytest.mark.parametrize("path", ["/nowhere", f"/{CANARY}", "/agent/tickets"])
    def test_a_page_that_is_not_there_says_so(self, server: Server, path: str) -> None:
        answer = get(server.address + path)
        assert answer.status_code == 404
        assert "existe pas" in answer.text
        assert CANARY not in answer.text

    def test_a_form_that_is_not_understood_changes_nothing(self, amina: AgentBrowser) -> None:
        for path, form in (
            ("/agent/tickets/nothing/receive", {"step": "1"}),
            (f"/agent/tickets/{a_ticket().id}/{CANARY}", {"step": "1"}),
            (f"/agent/tickets/{a_ticket().id}/receive", {"step": CANARY}),
            ("/desk", {"desk": CANARY}),
        ):
            answer = amina.http.post(path, data=form, headers=HTMX)
            assert answer.status_code == 422
            assert "Rien n’a été modifié" in answer.text
            assert CANARY not in answer.text

    @pytest.mark.parametrize("pieces", [False, True])
    def test_a_form_too_large_is_refused(self, server: Server, pieces: bool) -> None:
        body = in_pieces(TWO_MEGABYTES) if pieces else CANARY.encode().ljust(TWO_MEGABYTES)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = post(f"{server.address}/sign-in", content=body, headers=headers)
        assert answer.status_code == 413
        assert "trop gros" in answer.text
        assert CANARY not in answer.text

    @pytest.mark.parametrize(
        "login", ["\0", "é" * 200, "'; DROP TABLE agent; --", "a" * 3000, "\N{GRINNING FACE}"]
    )
    def test_a_strange_login_opens_nothing(self, server: Server, login: str) -> None:
        with AgentBrowser(server.address) as browser:
            answer = browser.sign_in(login)
        assert answer.status_code in (403, 422)


def test_the_day_of_a_ticket_is_not_questioned(kiosk: KioskDouble) -> None:
    for year in (1, 1970, 9999):
        day = TUESDAY.replace(year=year)
        assert kiosk.deliver(a_ticket(500, day=day)).status_code == 201
