"""Someone who arrives is called at once to the agent who has just said *disponible*."""

from uuid import uuid4

from queue_server.actions.queue import QueueActions
from tests.cast import a_ticket
from tests.doubles import AgentBrowser, KioskDouble, following
from tests.server.conftest import Server


def alive(server: Server, login: str) -> None:
    """Let the agent's page give a sign of life."""
    actions = QueueActions(server.reception.database, lambda _site: None, server.clock)
    actions.page_is_alive(server.reception.agent(login).id)


def test_within_a_minute_the_person_is_called_at_once(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    server.clock.forward(seconds=59)
    alive(server, "amina")
    kiosk.deliver(a_ticket(1))
    amina.look()
    assert amina.number() == 1
    assert [call.label for call in server.board().calls] == ["1"]


def test_after_a_minute_the_person_waits_for_the_agent(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    server.clock.forward(seconds=60)
    alive(server, "amina")
    kiosk.deliver(a_ticket(1))
    amina.look()
    assert amina.number() is None
    assert server.board().waiting == 1
    amina.available()
    assert amina.number() == 1


def test_the_press_itself_proves_that_the_page_is_open(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    server.clock.forward(minutes=5)
    amina.available()
    kiosk.deliver(a_ticket(1))
    amina.look()
    assert amina.number() == 1


def test_a_page_that_is_closed_is_given_nobody(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    server.clock.forward(seconds=30)
    kiosk.deliver(a_ticket(1))
    assert server.board().waiting == 1


def test_a_page_that_is_open_keeps_its_agent_available(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    server.clock.forward(seconds=45)
    cookie = "; ".join(f"{name}={value}" for name, value in amina.http.cookies.items())
    with following(server.address, "/agent/live", cookie=cookie) as link:
        link.recv(5)
        kiosk.deliver(a_ticket(1))
        amina.look()
    assert amina.number() == 1


def test_who_is_no_longer_available_is_given_nobody(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    amina.http.post("/agent/unavailable")
    kiosk.deliver(a_ticket(1))
    assert server.board().waiting == 1


def test_the_agent_available_for_longest_is_given_the_first_person(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser, joel: AgentBrowser
) -> None:
    joel.available()
    server.clock.forward(seconds=5)
    amina.available()
    for number in (1, 2):
        kiosk.deliver(a_ticket(number))
    joel.look(), amina.look()
    assert (joel.number(), amina.number()) == (1, 2)


def test_after_an_interview_nobody_is_given_before_disponible(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    amina.available()
    kiosk.deliver(a_ticket(1))
    amina.look()
    amina.press("receive")
    amina.press("finish")
    kiosk.deliver(a_ticket(2))
    amina.look()
    assert amina.number() is None


def test_a_refused_ticket_calls_nobody(server: Server, kiosk: KioskDouble, amina: AgentBrowser) -> None:
    amina.available()
    kiosk.deliver(a_ticket(499, ticket_id=uuid4()))
    amina.look()
    assert amina.number() is None
