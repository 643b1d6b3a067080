"""The agents' page: one key per step, and a late page changes nothing."""

import re

import pytest

from queue_server.domain.professions import Profession
from queue_server.storage.database import Database
from queue_server.storage.tables import Agent
from tests.cast import AMINA, DOMINIQUE, JOEL, a_ticket, fill_the_room
from tests.doubles import HTMX, AgentBrowser, KioskDouble, following, get
from tests.server.conftest import Server
from tests.server.kept import journal_of, tickets_of


def said(browser: AgentBrowser) -> str:
    """Return the sentence with which the page refused, empty when it did not."""
    found = re.search(r'<p class="refusal" role="alert">(.*?)</p>', browser.page)
    return found[1] if found else ""


def actions_of(database: Database) -> list[str]:
    """Return the actions of the journal, in order."""
    return [row.action for row in journal_of(database)]


def test_a_visit_from_the_call_to_the_end(server: Server, kiosk: KioskDouble, amina: AgentBrowser) -> None:
    kiosk.deliver(a_ticket(1))
    amina.available()
    assert amina.number() == 1
    amina.press("recall")
    amina.press("receive")
    assert set(amina.keys()) == {"finish"}
    amina.press("finish")
    assert amina.number() is None
    assert actions_of(server.reception.database) == ["take", "call", "recall", "receive", "finish"]
    assert [ticket.state for ticket in tickets_of(server.reception.database)] == ["received"]


def test_the_page_offers_the_steps_of_the_moment(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.look()
    assert amina.keys() == {}
    amina.available()
    assert set(amina.keys()) == {"receive", "recall", "not_there"}


def test_someone_not_there_yet_keeps_the_place_and_can_be_called_again(
    server: Server, amina: AgentBrowser
) -> None:
    (first, _) = fill_the_room(server.reception, 2)
    amina.available()
    amina.press("not_there")
    assert amina.number() is None
    assert amina.offers("call")
    amina.press("call")
    assert amina.number() == 1
    assert amina.keys()["receive"][0] == first


def test_a_colleague_may_call_someone_who_was_not_there(
    server: Server, amina: AgentBrowser, joel: AgentBrowser
) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    amina.press("not_there")
    joel.look()
    joel.press("call")
    assert joel.number() == 1


def test_who_has_someone_calls_nobody_else(server: Server, amina: AgentBrowser, joel: AgentBrowser) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    amina.press("not_there")
    (ticket, step) = amina.keys()["call"]
    amina.available()
    amina.act(ticket, "call", step)
    assert amina.number() == 2
    assert "Rien n’a été modifié" in said(amina)


def test_nobody_is_called_out_of_the_line_by_a_forged_request(server: Server, amina: AgentBrowser) -> None:
    (_, second) = fill_the_room(server.reception, 2)
    amina.act(second, "call", 0)
    assert amina.number() is None
    assert said(amina)
    assert actions_of(server.reception.database) == []


class TestLatePages:
    """Each request says which step it saw; when that is past, a sentence says so and nothing changes."""

    def test_the_same_press_twice_is_one(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        ticket, step = amina.keys()["receive"]
        amina.act(ticket, "receive", step)
        amina.act(ticket, "receive", step)
        assert actions_of(server.reception.database) == ["call", "receive"]
        assert "Rien n’a été modifié" in said(amina)

    def test_disponible_twice_calls_one_person(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 3)
        for _ in range(3):
            amina.available()
        assert amina.number() == 1
        assert actions_of(server.reception.database) == ["call"]

    def test_a_page_left_open_changes_nothing(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        ticket, step = amina.keys()["not_there"]
        amina.press("receive")
        amina.act(ticket, "not_there", step)
        assert amina.number() == 1
        assert re.fullmatch(r"Le 1 a changé.: il est déjà avec vous\. Rien n’a été modifié\.", said(amina))
        assert actions_of(server.reception.database) == ["call", "receive"]

    def test_a_page_after_the_end_changes_nothing(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        amina.press("receive")
        ticket, step = amina.keys()["finish"]
        amina.press("finish")
        amina.act(ticket, "finish", step)
        assert "l’entretien est terminé" in said(amina)
        assert actions_of(server.reception.database) == ["call", "receive", "finish"]

    def test_a_step_that_does_not_apply_changes_nothing(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        ticket, step = amina.keys()["receive"]
        for action in ("finish", "take"):
            amina.act(ticket, action, step)
            assert "Rien n’a été modifié" in said(amina)
        assert actions_of(server.reception.database) == ["call"]

    def test_an_unknown_ticket_changes_nothing(self, server: Server, amina: AgentBrowser) -> None:
        amina.act(a_ticket().id, "receive", 0)
        assert "La page était en retard" in said(amina)
        assert actions_of(server.reception.database) == []

    def test_a_colleagues_person_is_left_alone(
        self, server: Server, amina: AgentBrowser, joel: AgentBrowser
    ) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        ticket, step = amina.keys()["receive"]
        for action in ("receive", "recall", "not_there", "call"):
            joel.act(ticket, action, step)
            assert "avec Amina" in said(joel)
        assert actions_of(server.reception.database) == ["call"]


class TestProfessions:
    """Professions are not interchangeable: who ends an interview must be competent to receive."""

    @pytest.mark.parametrize("profession", list(Profession))
    def test_only_social_work_ends_a_ticket_as_received(self, server: Server, profession: Profession) -> None:
        with server.reception.database.writing() as session:
            session.get_one(Agent, server.reception.agent(DOMINIQUE).id).profession = profession
        fill_the_room(server.reception, 1)
        with server.at_desk(DOMINIQUE, 2) as dominique:
            dominique.available()
            dominique.press("receive")
            dominique.press("finish")
            competent = profession in (Profession.SOCIAL_WORKER, Profession.BUDGET_ADVISER)
            assert (dominique.number() is None) == competent
            assert (said(dominique) == "") == competent
        state = "received" if competent else "with_agent"
        assert [ticket.state for ticket in tickets_of(server.reception.database)] == [state]


class TestAddresses:
    """The page leads to what is missing, and a link changes nothing."""

    def test_the_front_page_leads_to_the_agents(self, server: Server) -> None:
        assert get(server.address).headers["location"] == "/agent"

    def test_nobody_signed_in_is_led_to_the_sign_in(self, server: Server) -> None:
        assert get(f"{server.address}/agent").headers["location"] == "/sign-in"

    def test_who_sits_nowhere_is_led_to_the_desks(self, server: Server) -> None:
        with AgentBrowser(server.address) as browser:
            browser.sign_in(AMINA)
            assert browser.http.get("/agent").headers["location"] == "/desk"

    def test_htmx_is_led_by_its_own_header(self, server: Server) -> None:
        with AgentBrowser(server.address) as browser:
            for sent in (browser.http.get("/agent/state", headers=HTMX),
                         browser.http.post("/agent/available", headers=HTMX)):  # fmt: skip
                assert (sent.status_code, sent.headers["hx-redirect"]) == (204, "/sign-in")

    @pytest.mark.parametrize("path", ["/agent/available", "/agent/unavailable", "/sign-out"])
    def test_what_changes_something_is_never_a_link(
        self, server: Server, amina: AgentBrowser, path: str
    ) -> None:
        fill_the_room(server.reception, 1)
        assert amina.http.get(path).status_code == 405
        amina.look()
        assert amina.number() is None
        assert actions_of(server.reception.database) == []

    def test_a_step_of_the_visit_is_never_a_link(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        ticket, step = amina.keys()["receive"]
        assert amina.http.get(f"/agent/tickets/{ticket}/receive?step={step}").status_code == 405
        assert actions_of(server.reception.database) == ["call"]

    def test_looking_changes_nothing(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        for path in ("/agent", "/agent/state", "/desk", "/sign-in", "/"):
            amina.http.get(path)
        assert actions_of(server.reception.database) == []


class TestFragments:
    """The moving part alone for htmx, the whole page for a browser."""

    def test_the_whole_page_holds_the_fragment(self, amina: AgentBrowser) -> None:
        whole, fragment = amina.look(), amina.http.get("/agent/state", headers=HTMX).text
        assert whole.startswith("<!doctype html>")
        assert fragment.startswith('<main id="state"')
        assert "<html" not in fragment
        assert 'id="state"' in whole

    def test_a_press_without_htmx_leads_back_to_the_page(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        answer = amina.http.post("/agent/available")
        assert (answer.status_code, answer.headers["location"]) == (303, "/agent")
        amina.look()
        assert amina.number() == 1

    def test_the_page_is_nudged_at_once_and_at_each_change(
        self, server: Server, kiosk: KioskDouble, amina: AgentBrowser
    ) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in amina.http.cookies.items())
        with following(server.address, "/agent/live", cookie=cookie) as link:
            assert 'hx-get="/agent/state"' in str(link.recv(5))
            kiosk.deliver(a_ticket(1))
            nudge = str(link.recv(5))
        assert 'hx-get="/agent/state"' in nudge

    def test_nobody_signed_in_is_nudged(self, server: Server) -> None:
        with following(server.address, "/agent/live") as link, pytest.raises(Exception, match="4401"):
            link.recv(5)


class TestTeam:
    """What colleagues see of each other: where, and doing what; no duration, no count."""

    def test_a_colleague_is_shown_with_a_desk(self, server: Server, amina: AgentBrowser) -> None:
        assert "Joël" not in amina.look()
        with server.at_desk(JOEL, 1):
            assert re.search(r"Joël, bureau\s+2", amina.look())

    def test_the_page_shows_who_waits_in_order(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 3)
        page = amina.look()
        line = page[page.index('<ol class="line">') :]
        assert re.findall(r'class="digits">(\d+)<', line) == ["1", "2", "3"]

    def test_the_hour_is_that_of_the_site(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 1)
        assert "9\N{NO-BREAK SPACE}h" in amina.look()

    def test_a_long_line_says_how_many_more(self, server: Server, amina: AgentBrowser) -> None:
        fill_the_room(server.reception, 20)
        assert "et 6 autres" in amina.look()

    def test_two_agents_are_given_two_people(
        self, server: Server, amina: AgentBrowser, joel: AgentBrowser
    ) -> None:
        fill_the_room(server.reception, 2)
        amina.available()
        joel.available()
        assert (amina.number(), joel.number()) == (1, 2)

    def test_who_comes_after_the_last_person_waits_for_one(
        self, server: Server, amina: AgentBrowser, joel: AgentBrowser
    ) -> None:
        fill_the_room(server.reception, 1)
        amina.available()
        joel.available()
        assert (amina.number(), joel.number()) == (1, None)
        assert "Vous êtes disponible" in joel.page
