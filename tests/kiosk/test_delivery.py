"""Delivery against a server that is slow, gone, wrong, or not a server at all."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.client import ServerClient
from contract.messages import NUMBER_NOT_YOURS, NUMBER_TAKEN, TICKET_DIFFERS, Condition, Lease, TicketAccepted
from kiosk.book import Book, Ticket
from kiosk.delivery import Delivery
from kiosk.numbers import SPARE
from tests.kiosk.cast import DAY, MORNING, lease

Answer = Callable[[dict[str, Any]], httpx.Response | Exception]
PORTAL = httpx.Response(200, html="<html><title>Wi-Fi gratuit</title></html>")


class Server:
    """Accepts tickets as the real one does; ``then`` is a list of other answers to give first."""

    def __init__(self) -> None:
        self.accepted: dict[str, int] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.then: list[httpx.Response | Exception] = []
        self.lost = 0
        self.taken: set[int] = set()
        self.lease = lease(1, 8)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, body = request.url.path, json.loads(request.content)
        self.asked.append((path, body))
        if self.then:
            answer = self.then.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return {"/api/v1/tickets": self._ticket, "/api/v1/books": self._book}.get(path, self._status)(body)

    def _ticket(self, body: dict[str, Any]) -> httpx.Response:
        if body["number"] in self.taken:
            return problem(409, NUMBER_TAKEN, self.lease)
        self.accepted[body["id"]] = body["number"]
        if self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("the answer is lost")
        accepted = TicketAccepted(id=body["id"], number=body["number"], lease=self.lease)
        return httpx.Response(201, content=accepted.model_dump_json())

    def _book(self, _body: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, content=self.lease.model_dump_json())

    def _status(self, _body: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"at": MORNING.isoformat()})

    def paths(self) -> list[str]:
        return [path.removeprefix("/api/v1/") for path, _ in self.asked]


def problem(status: int, kind: str, fresh: Lease | None = None) -> httpx.Response:
    body: dict[str, object] = {"type": kind, "title": "no", "status": status}
    if fresh is not None:
        body["lease"] = fresh.model_dump(mode="json")
    return httpx.Response(status, json=body)


class Round:
    """One kiosk's delivery, and what it told."""

    def __init__(self, book: Book, server: Server) -> None:
        self.book = book
        self.server = server
        self.now = MORNING
        self.leases: list[Lease] = []
        self.renumbered: list[Ticket] = []
        client = ServerClient("http://server", "a token", httpx.MockTransport(server))
        self.delivery = Delivery(book, client, self.leases.append, self.renumbered.append, lambda: self.now)

    def all(self) -> bool:
        return asyncio.run(self.delivery.deliver_all())

    def take(self, count: int) -> list[Ticket]:
        return [self.book.issue(self.now) for _ in range(count)]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not true():  # noqa: ASYNC110 (what is awaited has no event of its own)
            await asyncio.sleep(0.001)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def the_round(tmp_path: Path, server: Server) -> Iterator[Round]:
    with Book(tmp_path / "book.sqlite") as book:
        yield Round(book, server)


def test_it_asks_for_the_days_numbers_first_and_only_once(the_round: Round, server: Server) -> None:
    assert the_round.all()
    assert the_round.all()
    assert server.paths() == ["books"]
    assert the_round.leases == [server.lease]
    assert the_round.take(1)[0].number == 1


def test_a_new_day_wants_new_numbers(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.now += timedelta(days=1)
    server.lease = lease(1, 8, day=DAY + timedelta(days=1))
    the_round.all()
    assert server.paths() == ["books", "books"]
    assert the_round.take(1)[0].day == DAY + timedelta(days=1)


def test_tickets_arrive_once_each_in_order_with_their_instant(the_round: Round, server: Server) -> None:
    the_round.all()
    tickets = the_round.take(3)
    assert the_round.all()
    bodies = [body for path, body in server.asked if path.endswith("tickets")]
    assert [body["number"] for body in bodies] == [1, 2, 3]
    assert [body["id"] for body in bodies] == [str(ticket.id) for ticket in tickets]
    assert set(bodies[0]) == {"id", "day", "number", "taken_at"}
    assert bodies[0]["taken_at"] == MORNING.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert the_round.book.held() == 0


def test_each_accepted_ticket_tops_the_book_up(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(1)
    server.lease = lease(1, 16)
    the_round.all()
    assert [ticket.number for ticket in the_round.take(9)] == list(range(2, 11))


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
        httpx.Response(500, text="boom"),
        httpx.Response(302, headers={"location": "http://portal/login"}),
        httpx.Response(404, html="<html></html>"),
        httpx.Response(200, json={"unexpected": True}),
        PORTAL,
        problem(503, "/problems/busy"),
        problem(401, "/problems/token"),
        problem(429, "/problems/slow-down"),
    ],
)
def test_whatever_answers_the_ticket_stays_until_it_is_accepted(
    the_round: Round, server: Server, fault: httpx.Response | Exception
) -> None:
    the_round.all()
    the_round.take(2)
    server.then = [fault]
    assert not the_round.all()
    assert the_round.book.held() == 2
    assert the_round.all()
    assert sorted(server.accepted.values()) == [1, 2]


def test_a_lost_answer_is_no_second_ticket(the_round: Round, server: Server) -> None:
    the_round.all()
    (ticket,) = the_round.take(1)
    server.lost = 1
    assert not the_round.all()
    assert the_round.all()
    assert server.accepted == {str(ticket.id): 1}
    assert server.paths() == ["books", "tickets", "tickets"]


def test_a_number_that_is_taken_is_changed_told_and_delivered(the_round: Round, server: Server) -> None:
    the_round.all()
    (ticket,) = the_round.take(1)
    server.taken, server.lease = {1, 2}, lease(1, 16)
    assert the_round.all()
    assert server.accepted == {str(ticket.id): 3}
    assert [fresh.number for fresh in the_round.renumbered] == [2, 3]
    assert the_round.leases[-1] == server.lease


def test_a_ticket_that_will_never_be_accepted_is_set_aside_and_the_others_go_on(
    the_round: Round, server: Server
) -> None:
    the_round.all()
    the_round.take(2)
    server.then = [problem(422, TICKET_DIFFERS)]
    assert the_round.all()
    assert list(server.accepted.values()) == [2]
    assert the_round.book.held() == 1
    assert the_round.book.undelivered() is None


def test_a_spare_number_is_changed_for_one_of_the_first_lease(the_round: Round, server: Server) -> None:
    assert the_round.take(1)[0].number == SPARE.first
    books = httpx.Response(200, content=server.lease.model_dump_json())
    server.then = [books, problem(422, NUMBER_NOT_YOURS)]
    assert the_round.all()
    assert list(server.accepted.values()) == [1]
    assert [fresh.number for fresh in the_round.renumbered] == [1]


def test_a_number_refused_although_it_is_ours_is_set_aside(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(1)
    server.then = [problem(422, NUMBER_NOT_YOURS)]
    assert the_round.all()
    assert the_round.book.held() == 1
    assert the_round.book.undelivered() is None


def test_when_no_number_of_ours_is_left_the_ticket_is_set_aside(the_round: Round, server: Server) -> None:
    server.lease = lease(1, 1, reserve=(500, 500))
    the_round.all()
    the_round.take(2)
    server.taken = {1, 500}
    assert the_round.all()
    assert (the_round.book.held(), server.accepted) == (2, {})


def test_numbers_refused_for_today_do_not_stop_the_delivery(the_round: Round, server: Server) -> None:
    the_round.take(1)
    server.then = [problem(404, "/problems/unknown-site")]
    assert the_round.all()
    assert len(server.accepted) == 1


def test_a_ticket_of_yesterday_keeps_its_day(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(1)
    the_round.now += timedelta(days=1)
    the_round.take(1)
    the_round.all()
    days = [date.fromisoformat(body["day"]) for path, body in server.asked if path.endswith("tickets")]
    assert days == [DAY, DAY + timedelta(days=1)]


def test_the_heartbeat_tells_printer_clock_and_what_is_held(the_round: Round, server: Server) -> None:
    the_round.take(2)
    asyncio.run(the_round.delivery.report(Condition.PAPER_LOW))
    ((path, body),) = server.asked
    assert path == "/api/v1/devices/status"
    assert (body["printer"], body["undelivered"]) == ("paper_low", 2)
    assert body["clock"].endswith("Z")


@pytest.mark.parametrize("fault", [httpx.ConnectError("no"), PORTAL, problem(422, "/problems/status")])
def test_a_heartbeat_that_is_not_taken_is_no_error(
    the_round: Round, server: Server, fault: httpx.Response | Exception
) -> None:
    server.then = [fault]
    asyncio.run(the_round.delivery.report(Condition.NONE))


def test_the_loop_goes_on_after_every_fault(
    the_round: Round, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.delivery.FIRST_PAUSE_SECONDS", 0.001)
    server.then = [httpx.ConnectError("no"), PORTAL, httpx.Response(500)]
    fails = iter([True])
    usual = the_round.book.undelivered

    def fails_once() -> Ticket | None:
        if next(fails, False):
            raise RuntimeError("a fault of ours")
        return usual()

    monkeypatch.setattr(the_round.book, "undelivered", fails_once)

    async def morning() -> None:
        loop = asyncio.create_task(the_round.delivery.run())
        await until(lambda: bool(the_round.leases))
        the_round.take(1)
        the_round.delivery.due()
        await until(lambda: not the_round.book.held())
        loop.cancel()

    asyncio.run(morning())
    assert len(server.accepted) == 1


def test_a_tap_wakes_a_loop_that_had_nothing_to_do(the_round: Round, server: Server) -> None:
    async def morning() -> None:
        loop = asyncio.create_task(the_round.delivery.run())
        await until(lambda: bool(the_round.leases))
        await asyncio.sleep(0.02)
        the_round.take(1)
        the_round.delivery.due()
        await until(lambda: not the_round.book.held())
        loop.cancel()

    asyncio.run(morning())
    assert len(server.accepted) == 1


def test_pauses_grow_to_half_a_minute_at_most(
    the_round: Round, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            raise asyncio.CancelledError

    monkeypatch.setattr(the_round.delivery, "_wait", note)
    server.then = [httpx.ConnectError("no") for _ in range(12)]
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(the_round.delivery.run())
    assert pauses[0] <= 0.5
    assert all(15 <= pause <= 30 for pause in pauses[7:])
