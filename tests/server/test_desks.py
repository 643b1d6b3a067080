"""Desks: one agent at one desk, whoever chooses at once."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from queue_server.actions.queue import DeskTakenError, QueueActions
from queue_server.storage.tables import Agent, Desk, Presence
from tests.cast import AMINA, JOEL, Reception, add_agent, fill_the_room, open_reception
from tests.doubles import AgentBrowser, Clock
from tests.server.conftest import Server


def seats(reception: Reception) -> dict[int, int]:
    """Return who sits where: desk -> agent."""
    with reception.database.reading() as session:
        return {presence.desk_id: presence.agent_id for presence in session.exec(select(Presence))}


def test_the_page_offers_the_free_desks_and_names_who_sits_at_the_others(
    server: Server, amina: AgentBrowser
) -> None:
    with AgentBrowser(server.address) as joel:
        joel.sign_in(JOEL)
        page = joel.http.get("/desk").text
    assert "Amina y est" in page
    assert page.count('name="desk"') == len(server.reception.desks) - 1


def test_ones_own_desk_is_still_offered(amina: AgentBrowser) -> None:
    assert amina.http.get("/desk").text.count('name="desk"') == 4


def test_a_desk_that_a_colleague_took_is_refused_with_a_sentence(server: Server, amina: AgentBrowser) -> None:
    with AgentBrowser(server.address) as joel:
        joel.sign_in(JOEL)
        answer = joel.sit(server.reception.desks[0].id)
    assert answer.status_code == 409
    assert "Un collègue vient de prendre ce bureau" in answer.text
    assert seats(server.reception) == {server.reception.desks[0].id: server.reception.agent(AMINA).id}


def test_an_agent_who_moves_frees_the_former_desk(server: Server, amina: AgentBrowser) -> None:
    amina.sit(server.reception.desks[2].id)
    assert list(seats(server.reception)) == [server.reception.desks[2].id]


def test_a_desk_of_another_site_is_refused(server: Server, amina: AgentBrowser) -> None:
    other = open_reception(server.reception.database, code="mds-two", suffix="-two")
    assert amina.sit(10**30).status_code == 422
    for desk_id in (other.desks[0].id, 999_999):
        answer = amina.sit(desk_id)
        assert answer.status_code == 409
        assert "dans vos sites" in answer.text
    assert list(seats(server.reception)) == [server.reception.desks[0].id]


def test_who_is_with_someone_stays_at_the_desk(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    answer = amina.sit(server.reception.desks[2].id)
    assert answer.status_code == 409
    assert "Une personne est avec vous" in answer.text
    assert 'href="/agent"' in answer.text
    assert list(seats(server.reception)) == [server.reception.desks[0].id]


def test_signing_out_frees_the_desk(server: Server, amina: AgentBrowser) -> None:
    amina.http.post("/sign-out")
    assert seats(server.reception) == {}


def test_signing_out_with_someone_keeps_the_person_at_the_desk(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    assert amina.http.post("/sign-out").headers["location"] == "/sign-in"
    assert list(seats(server.reception)) == [server.reception.desks[0].id]
    amina.sign_in(AMINA)
    amina.look()
    assert amina.number() == 1


def test_a_desk_left_behind_can_be_taken_by_a_colleague(server: Server, amina: AgentBrowser) -> None:
    desk = server.reception.desks[0].id
    with AgentBrowser(server.address) as joel:
        joel.sign_in(JOEL)
        server.clock.forward(minutes=10)
        assert joel.sit(desk).status_code == 409
        server.clock.forward(seconds=1)
        assert "Amina y est" not in joel.http.get("/desk").text
        assert joel.sit(desk).headers["location"] == "/agent"
    assert seats(server.reception) == {desk: server.reception.agent(JOEL).id}


def test_a_desk_where_a_person_is_received_is_never_taken(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    server.clock.forward(hours=3)
    with AgentBrowser(server.address) as joel:
        joel.sign_in(JOEL)
        assert joel.sit(server.reception.desks[0].id).status_code == 409


def test_nobody_signed_in_chooses_no_desk(server: Server) -> None:
    with AgentBrowser(server.address) as nobody:
        assert nobody.http.get("/desk").headers["location"] == "/sign-in"
        assert nobody.sit(server.reception.desks[0].id).headers["location"] == "/sign-in"
    assert seats(server.reception) == {}


def test_of_those_who_choose_a_desk_at_once_one_has_it(reception: Reception, clock: Clock) -> None:
    actions = QueueActions(reception.database, lambda _site: None, clock)
    with reception.database.writing() as session:
        agents = [add_agent(session, reception.site, f"agent{rank}", f"Agent {rank}") for rank in range(8)]
    with ThreadPoolExecutor(len(agents)) as pool:
        seated = [pool.submit(_sits, actions, agent, reception.desks[0]) for agent in agents]
        won = [agent.id for agent, done in zip(agents, seated, strict=True) if done.result()]
    assert [seats(reception)[reception.desks[0].id]] == won


def _sits(actions: QueueActions, agent: Agent, desk: Desk) -> bool:
    try:
        actions.choose_desk(agent, desk.id)
    except DeskTakenError:
        return False
    return True
