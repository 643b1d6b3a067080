"""The live board: the whole of it at once, then again at each change."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from contract.messages import Board
from queue_server.actions.queue import QueueActions
from queue_server.pages.rendering import SESSION_COOKIE
from tests.cast import MDS, a_ticket, fill_the_room
from tests.doubles import AgentBrowser, KioskDouble, following, next_board, no_board
from tests.server.conftest import Server


def board_when(link: ClientConnection, revision: int) -> Board:
    """Wait for the board of a revision: a choice of desk, too, is news."""
    board = next_board(link)
    while board.revision < revision:
        board = next_board(link)
    return board


def test_the_whole_board_comes_at_once(server: Server) -> None:
    fill_the_room(server.reception, 2)
    with following(server.address) as link:
        assert next_board(link) == server.board()


def test_each_change_brings_the_whole_board(server: Server, kiosk: KioskDouble, amina: AgentBrowser) -> None:
    with following(server.address, f"/api/v1/board?site={MDS}") as link:
        next_board(link)
        kiosk.deliver(a_ticket(1))
        assert board_when(link, 1).waiting == 1
        amina.available()
        called = board_when(link, 2)
        assert (called.waiting, [call.label for call in called.calls]) == (0, ["1"])
        amina.press("not_there")
        assert board_when(link, 3).expected == ["1"]


def test_every_screen_gets_the_news(server: Server, kiosk: KioskDouble) -> None:
    with following(server.address) as one, following(server.address) as other:
        next_board(one), next_board(other)
        kiosk.deliver(a_ticket(1))
        assert board_when(one, 1).waiting == board_when(other, 1).waiting == 1


def test_a_ticket_delivered_again_is_no_news(server: Server, kiosk: KioskDouble) -> None:
    ticket = a_ticket(1)
    kiosk.deliver(ticket)
    with following(server.address) as link:
        first = next_board(link)
        kiosk.deliver(ticket)
        assert first.revision == 1
        assert no_board(link) or server.board().revision == 1


def test_a_screen_that_left_holds_nobody_up(server: Server, kiosk: KioskDouble) -> None:
    with following(server.address) as link:
        next_board(link)
        with following(server.address) as leaving:
            next_board(leaving)
        kiosk.deliver(a_ticket(1))
        assert board_when(link, 1).waiting == 1


def test_a_screen_of_an_unknown_site_is_told(server: Server) -> None:
    with following(server.address, "/api/v1/board?site=nowhere") as link, pytest.raises(ConnectionClosed):
        link.recv(5)
    assert link.close_code == 4404


@pytest.mark.parametrize("path", ["/api/v1/board", "/agent/live"])
def test_a_foreign_page_may_not_follow(server: Server, path: str) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        following(server.address, path, origin="https://elsewhere.example"),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_what_a_screen_says_is_ignored(server: Server, kiosk: KioskDouble) -> None:
    with following(server.address) as link:
        next_board(link)
        link.send("x" * 1000)
        link.send(b"\x00\xff")
        kiosk.deliver(a_ticket(1))
        with following(server.address) as another:
            assert board_when(another, 1).waiting == 1


def test_a_call_leaves_the_board_by_the_clock_alone(server: Server, amina: AgentBrowser) -> None:
    fill_the_room(server.reception, 1)
    with following(server.address) as link:
        next_board(link)
        amina.available()
        amina.press("receive")
        assert len(board_when(link, 2).calls) == 1
        server.clock.forward(minutes=2, seconds=59, milliseconds=800)
        amina.press("finish")  # the board that goes out now knows when to look again
        assert len(board_when(link, 3).calls) == 1
        server.clock.forward(seconds=1)
        assert next_board(link).calls == []


def test_at_midnight_the_screens_forget_yesterday(server: Server) -> None:
    fill_the_room(server.reception, 3)
    server.clock.forward(hours=14, minutes=59, seconds=59.5)  # half a second before midnight in Paris
    with following(server.address) as link:
        assert next_board(link).waiting == 3
        server.clock.forward(seconds=0.6)
        assert next_board(link).waiting == 0


def test_a_fault_closes_the_link_of_an_agents_page_so_that_it_tries_again(
    server: Server, amina: AgentBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_disk(_actions: QueueActions, _agent_id: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(QueueActions, "page_is_alive", no_disk)
    cookie = f"{SESSION_COOKIE}={amina.http.cookies[SESSION_COOKIE]}"
    with following(server.address, "/agent/live", cookie=cookie) as link, pytest.raises(ConnectionClosed):
        link.recv(timeout=5)
