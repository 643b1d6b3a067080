"""Signing in: agents by password, a cookie that only the browser holds."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from argon2 import extract_parameters

from queue_server.access import DEMO_PASSWORD, TRIES, hash_password
from queue_server.storage.tables import Agent
from tests.cast import AMINA, JOEL, PASSWORD, Reception, hashed
from tests.doubles import AgentBrowser, Clock, get
from tests.engines import SQLITE
from tests.server.conftest import Server, serving

COOKIE = "porte_ouverte_session"


@pytest.fixture
def engine() -> str:
    """One engine: signing in does not depend on it."""
    return SQLITE


@pytest.fixture
def browser(server: Server) -> Iterator[AgentBrowser]:
    """A browser that nobody has signed in with."""
    with AgentBrowser(server.address) as opened:
        yield opened


def use_the_demo_password(reception: Reception) -> None:
    with reception.database.writing() as session:
        session.get_one(Agent, reception.agent(AMINA).id).password_hash = hashed(DEMO_PASSWORD)


def test_the_right_password_leads_to_the_desks(browser: AgentBrowser) -> None:
    answer = browser.sign_in(AMINA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "Bonjour Amina" in browser.http.get("/desk").text


@pytest.mark.parametrize("login", ["Amina", " amina ", "AMINA"])
def test_a_login_is_the_same_in_capitals(browser: AgentBrowser, login: str) -> None:
    assert browser.sign_in(login).status_code == 303


@pytest.mark.parametrize(
    ("login", "password"), [(AMINA, "wrong"), (AMINA, PASSWORD + " "), ("nobody", PASSWORD)]
)
def test_a_wrong_password_opens_nothing_and_does_not_say_which_part_is_wrong(
    browser: AgentBrowser, login: str, password: str
) -> None:
    answer = browser.sign_in(login, password)
    assert answer.status_code == 403
    assert "Cet identifiant ou ce mot de passe" in answer.text
    assert password not in answer.text
    assert COOKIE not in browser.http.cookies


def test_an_agent_who_has_left_cannot_come_in(server: Server, browser: AgentBrowser) -> None:
    browser.sign_in(AMINA)
    with server.reception.database.writing() as session:
        session.get_one(Agent, server.reception.agent(AMINA).id).active = False
    assert browser.http.get("/desk").headers["location"] == "/sign-in"
    assert browser.sign_in(AMINA).status_code == 403


def test_too_many_tries_close_the_door_for_five_minutes(server: Server, browser: AgentBrowser) -> None:
    for _ in range(TRIES):
        assert browser.sign_in(AMINA, "wrong").status_code == 403
    assert "Trop d’essais" in browser.sign_in(AMINA).text
    server.clock.forward(minutes=5)
    assert browser.sign_in(AMINA).status_code == 303


def test_the_tries_of_one_agent_do_not_close_the_door_to_another(browser: AgentBrowser) -> None:
    for _ in range(TRIES + 1):
        browser.sign_in(AMINA, "wrong")
    assert browser.sign_in(JOEL).status_code == 303


def test_one_try_less_leaves_the_door_open(browser: AgentBrowser) -> None:
    for _ in range(TRIES - 1):
        browser.sign_in(AMINA, "wrong")
    assert browser.sign_in(AMINA).status_code == 303


@pytest.mark.parametrize("demo", [True, False])
def test_the_demonstrations_password_opens_the_demonstration_only(
    reception: Reception, clock: Clock, demo: bool
) -> None:
    use_the_demo_password(reception)
    with serving(reception, clock, demo=demo) as server, AgentBrowser(server.address) as browser:
        answer = browser.sign_in(AMINA, DEMO_PASSWORD)
    assert answer.status_code == (303 if demo else 403)
    assert (COOKIE in browser.http.cookies) == demo


@pytest.mark.parametrize("demo", [True, False])
def test_the_sample_accounts_are_named_in_the_demonstration_only(
    reception: Reception, clock: Clock, demo: bool
) -> None:
    with serving(reception, clock, demo=demo) as server:
        assert ("joel" in get(f"{server.address}/sign-in").text) == demo


@pytest.mark.parametrize("https_only", [True, False])
def test_the_cookie_is_for_this_site_and_its_browser_only(
    reception: Reception, clock: Clock, https_only: bool
) -> None:
    with serving(reception, clock, https_only=https_only) as server, AgentBrowser(server.address) as browser:
        cookie = SimpleCookie(browser.sign_in(AMINA).headers["set-cookie"])[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "strict"
    assert (cookie["secure"] is True) == https_only
    assert (cookie["path"], cookie["max-age"]) == ("/", str(12 * 3600))


def test_the_database_does_not_hold_what_the_cookie_holds(server: Server, browser: AgentBrowser) -> None:
    browser.sign_in(AMINA)
    with server.reception.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT token_hash FROM agent_session").scalars().all()
    assert len(kept) == 1
    assert browser.http.cookies[COOKIE] not in kept


def test_a_sign_in_ends_after_twelve_hours(server: Server, browser: AgentBrowser) -> None:
    browser.sign_in(AMINA)
    server.clock.forward(hours=11, minutes=59)
    assert browser.http.get("/desk").status_code == 200
    server.clock.forward(minutes=1)
    assert browser.http.get("/desk").headers["location"] == "/sign-in"


def test_signing_out_ends_the_sign_in_for_whoever_kept_the_cookie(
    server: Server, amina: AgentBrowser
) -> None:
    kept = amina.http.cookies[COOKIE]
    assert amina.http.post("/sign-out").headers["location"] == "/sign-in"
    answer = get(f"{server.address}/agent", cookie=f"{COOKIE}={kept}")
    assert answer.headers["location"] == "/sign-in"


def test_an_invented_cookie_opens_nothing(server: Server) -> None:
    answer = get(f"{server.address}/agent", cookie=f"{COOKIE}=invented")
    assert answer.headers["location"] == "/sign-in"


def test_a_password_is_kept_with_argon2_at_its_full_cost() -> None:
    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert extract_parameters(kept).memory_cost >= 19 * 1024
