"""The board: what the waiting room may know, whole, and nothing more."""

from datetime import timedelta

import pytest

from contract.symbols import symbol_of
from queue_server.storage.database import Writing
from queue_server.storage.tables import Site
from tests.cast import MDS, NINE, add_agent, add_desk, fill_the_room, open_reception
from tests.doubles import AgentBrowser, KioskDouble, get
from tests.server.conftest import Server


def labels(server: Server) -> list[str]:
    """Return the numbers of the calls, in order."""
    return [call.label for call in server.board().calls]


def visit(agent: AgentBrowser) -> None:
    """Receive the person who was called, to the end."""
    agent.press("receive")
    agent.press("finish")


def test_the_board_has_exactly_the_agreed_properties(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    board = get(f"{server.address}/api/v1/board").json()
    assert set(board) == {
        "site", "revision", "at", "waiting", "calls", "expected", "opening", "line", "texts",
    }  # fmt: skip
    (call,) = board["calls"]
    assert set(call) == {"id", "label", "symbol", "desk", "at", "withdrawn"}
    assert (call["label"], call["symbol"], call["withdrawn"]) == ("1", symbol_of(1), False)
    assert call["desk"] == {"word": "office", "mark": "1", "arrow": "left"}
    assert (board["site"], board["waiting"], board["expected"]) == (MDS, 1, [])
    assert (board["opening"]["state"], board["line"]["state"]) == ("open", "busy")


def test_the_id_of_a_call_is_never_the_tickets(server: Server, amina: AgentBrowser) -> None:
    (ticket,) = fill_the_room(server.reception, 1)
    amina.available()
    (call,) = server.board().calls
    assert call.id != ticket
    assert str(ticket) not in get(f"{server.address}/api/v1/board").text


def test_the_board_names_no_agent(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    assert "Amina" not in get(f"{server.address}/api/v1/board").text


def test_the_newest_call_comes_first(server: Server, amina: AgentBrowser, joel: AgentBrowser) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    joel.available()
    assert labels(server) == ["2", "1"]


def test_a_recall_replaces_the_call_and_comes_first(
    server: Server, amina: AgentBrowser, joel: AgentBrowser
) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    joel.available()
    first = server.board().calls[-1]
    amina.press("recall")
    again = server.board().calls[0]
    assert labels(server) == ["1", "2"]
    assert again.id != first.id


def test_a_call_stays_three_minutes_whatever_becomes_of_it(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    visit(amina)
    server.clock.forward(minutes=2, seconds=59)
    assert labels(server) == ["1"]
    server.clock.forward(seconds=1)
    assert labels(server) == []


def test_someone_still_called_stays_on_the_board(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    amina.available()
    server.clock.forward(minutes=40)
    assert labels(server) == ["1"]


def busy_agents(server: Server, count: int) -> list[str]:
    """Add agents with a desk each, and return their logins."""
    with server.reception.database.writing() as session:
        return [_busy_agent(session, server.reception.site, rank) for rank in range(count)]


def _busy_agent(session: Writing, site: Site, rank: int) -> str:
    add_desk(session, site, "room", f"{rank}")
    return add_agent(session, site, f"agent{rank}", f"Agent {rank}").login


def test_at_most_twelve_calls_unless_they_are_younger(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 14)
    for _ in range(14):
        amina.available()
        visit(amina)
    assert labels(server) == [str(number) for number in range(14, 0, -1)]


def test_of_those_called_for_long_the_last_twelve_are_shown(server: Server) -> None:
    fill_the_room(server.reception, 14)
    with server.reception.database.writing() as session:
        desks = [add_desk(session, server.reception.site, "room", f"{rank}") for rank in range(14)]
        for rank in range(14):
            add_agent(session, server.reception.site, f"agent{rank}", f"Agent {rank}")
    for rank, desk in enumerate(desks):
        with AgentBrowser(server.address) as browser:
            browser.sign_in(f"agent{rank}")
            browser.sit(desk.id)
            browser.available()
    assert len(labels(server)) == 14
    server.clock.forward(minutes=10)
    assert labels(server) == [str(number) for number in range(14, 2, -1)]


def test_those_not_there_yet_are_expected(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    amina.press("not_there")
    board = server.board()
    assert (board.expected, board.waiting) == (["1"], 1)
    assert labels(server) == ["1"]


def test_the_revision_grows_with_each_action(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    revisions = [server.board().revision]
    amina.available()
    revisions.append(server.board().revision)
    for action in ("recall", "receive", "finish"):
        amina.press(action)
        revisions.append(server.board().revision)
    assert revisions == [0, 1, 2, 3, 4]


def test_the_board_of_tomorrow_is_empty(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 2)
    amina.available()
    server.clock.forward(days=1)
    board = server.board()
    assert (board.calls, board.waiting, board.expected) == ([], 0, [])


def test_two_sites_have_each_their_board(server: Server, amina: AgentBrowser) -> None:
    other = open_reception(server.reception.database, code="mds-two", suffix="-two")
    fill_the_room(server.reception, 3)
    fill_the_room(other, 1)
    amina.available()
    boards = {code: get(f"{server.address}/api/v1/board?site={code}").json() for code in (MDS, "mds-two")}
    assert [boards[code]["waiting"] for code in (MDS, "mds-two")] == [2, 1]
    assert boards["mds-two"]["calls"] == []


def test_without_a_site_and_with_several_the_board_says_it_is_unknown(server: Server) -> None:
    open_reception(server.reception.database, code="mds-two", suffix="-two")
    answer = get(f"{server.address}/api/v1/board")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-site")


def test_the_board_needs_no_token_and_may_not_be_stored(server: Server, kiosk: KioskDouble) -> None:
    answer = get(f"{server.address}/api/v1/board?site={MDS}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("seconds", [0, 90])
def test_the_board_says_when_it_was_drawn(server: Server, seconds: int) -> None:
    server.clock.forward(seconds=seconds)
    assert server.board().at == NINE + timedelta(seconds=seconds)
