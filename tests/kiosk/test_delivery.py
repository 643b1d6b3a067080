"""Delivery against a server that is slow, gone, wrong, or not a server at all."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.client import ServerClient
from contract.messages import NUMBER_NOT_YOURS, NUMBER_TAKEN, TICKET_DIFFERS, Condition, Lease, TicketAccepted
from kiosk.book import Book, Ticket
from kiosk.delivery import Delivery
from kiosk.memory import Memory
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
        self.at = MORNING

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
        return httpx.Response(200, json={"at": self.at.isoformat()})

    def paths(self) -> list[str]:
        return [path.removeprefix("/api/v1/") for path, _ in self.asked]


def problem(status: int, kind: str, fresh: Lease | None = None) -> httpx.Response:
    body: dict[str, object] = {"type": kind, "title": "no", "status": status}
    if fresh is not None:
        body["lease"] = fresh.model_dump(mode="json")
    return httpx.Response(status, json=body)


class Notes(Memory):
    """A memory that also keeps every lease it heard of."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(path, clock)
        self.leases: list[Lease] = []

    def keep_lease(self, lease: Lease) -> None:
        super().keep_lease(lease)
        self.leases.append(lease)


class Round:
    """One kiosk's delivery, and what it told."""

    def __init__(self, book: Book, server: Server, path: Path) -> None:
        self.book = book
        self.server = server
        self.now = MORNING
        self.memory = Notes(path, lambda: self.now.astimezone(UTC))
        self.leases = self.memory.leases
        self.renumbered: list[Ticket] = []
        client = ServerClient("http://server", "a token", httpx.MockTransport(server))
        self.delivery = Delivery(book, client, self.memory, self.renumbered.append)

    def all(self) -> bool:
        return asyncio.run(self.delivery.deliver_all())

    def take(self, count: int) -> list[Ticket]:
        return [self.book.issue(self.memory.now()) for _ in range(count)]

    def report(self) -> None:
        asyncio.run(self.delivery.report(Condition.READY))

    def sent(self) -> list[tuple[str, int]]:
        """Day and number of each ticket that left, accepted or not."""
        bodies = [body for path, body in self.server.asked if path.endswith("tickets")]
        return [(body["day"], body["number"]) for body in bodies]


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
        yield Round(book, server, tmp_path / "remembered.json")


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
    assert [fresh.number for fresh in the_round.renumbered] == [3]
    assert the_round.leases[-1] == server.lease


def test_a_chain_of_refusals_is_told_once_whatever_the_network_does(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(1)
    server.taken, server.lease = set(range(1, 9)), lease(1, 16)
    server.then = [problem(409, NUMBER_TAKEN, server.lease), httpx.ConnectError("cut")]
    assert not the_round.all()
    server.lost = 1
    assert not the_round.all()
    assert the_round.renumbered == []
    assert the_round.all()
    assert [fresh.number for fresh in the_round.renumbered] == [9]
    assert the_round.all()
    assert len(the_round.renumbered) == 1


def test_an_emptied_book_in_the_middle_of_the_day_shows_the_next_number_at_once(
    the_round: Round, server: Server
) -> None:
    server.taken, server.lease = set(range(1, 41)), lease(41, 48)
    the_round.all()
    assert the_round.take(1)[0].number == 41
    assert the_round.all()
    assert (list(server.accepted.values()), the_round.renumbered) == ([41], [])


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


@pytest.mark.parametrize("days", [1, 5, 31])
def test_a_clock_ahead_sends_nobody_into_a_line_of_the_future(
    the_round: Round, server: Server, days: int
) -> None:
    the_round.all()
    the_round.take(1)
    the_round.all()
    the_round.now += timedelta(days=days)
    the_round.take(2)
    assert the_round.all()
    assert {day for day, _ in the_round.sent()} == {str(DAY)}
    assert the_round.book.day == DAY
    the_round.report()
    (ticket,) = the_round.take(1)
    assert (ticket.day, ticket.number, ticket.taken_at) == (DAY, 2, MORNING)
    assert the_round.renumbered == []


def test_a_wrong_clock_whose_offset_is_remembered_gives_the_right_day_and_hour_offline(
    the_round: Round, server: Server, tmp_path: Path
) -> None:
    the_round.now = MORNING + timedelta(days=5, hours=3)
    the_round.report()
    the_round.all()
    away = Memory(tmp_path / "remembered.json", lambda: the_round.now.astimezone(UTC))
    the_round.now += timedelta(minutes=20)
    ticket = the_round.book.issue(away.now())
    assert (ticket.day, ticket.number) == (DAY, 1)
    assert ticket.taken_at == MORNING + timedelta(minutes=20)
    assert the_round.all()
    assert the_round.sent() == [(str(DAY), 1)]


def test_a_clock_set_right_again_while_the_server_was_away_is_measured_when_it_is_back(
    the_round: Round, server: Server
) -> None:
    the_round.now = MORNING + timedelta(days=5)
    the_round.report()
    the_round.now = MORNING
    assert the_round.memory.now() == MORNING - timedelta(days=5)
    the_round.report()
    assert the_round.memory.now() == MORNING


def test_a_clock_behind_opens_the_day_with_everybody(the_round: Round, server: Server) -> None:
    the_round.all()
    server.at, server.lease = MORNING + timedelta(days=1), lease(1, 8, day=DAY + timedelta(days=1))
    the_round.report()
    the_round.take(1)
    assert the_round.all()
    assert {day for day, _ in the_round.sent()} == {str(DAY + timedelta(days=1))}


def test_days_offline_are_kept_by_the_clock_and_delivered_as_they_were(
    the_round: Round, server: Server
) -> None:
    the_round.all()
    the_round.now += timedelta(days=2)
    the_round.take(1)
    the_round.now += timedelta(days=1)
    server.at, server.lease = the_round.now, lease(1, 8, day=DAY + timedelta(days=3))
    the_round.take(1)
    assert the_round.all()
    assert [day for day, _ in the_round.sent()] == [str(DAY + timedelta(days=days)) for days in (2, 3)]


def test_a_ticket_of_yesterday_keeps_its_day(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(1)
    the_round.now += timedelta(days=1)
    server.lease = lease(1, 8, day=DAY + timedelta(days=1))
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


def test_the_heartbeat_counts_a_ticket_set_aside(the_round: Round, server: Server) -> None:
    the_round.all()
    the_round.take(2)
    server.then = [problem(409, TICKET_DIFFERS)]
    assert the_round.all()
    the_round.report()
    assert server.asked[-1][1]["undelivered"] == 1


def test_the_heartbeat_tells_the_clock_of_the_machine_as_it_is(the_round: Round, server: Server) -> None:
    the_round.now += timedelta(hours=2)
    the_round.report()
    the_round.report()
    clocks = [datetime.fromisoformat(body["clock"]) for _, body in server.asked]
    assert clocks == [the_round.now, the_round.now]


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


def test_news_from_the_server_wakes_a_loop_that_had_failed(
    the_round: Round, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.delivery.FIRST_PAUSE_SECONDS", 30.0)
    server.then = [httpx.ConnectError("no")]
    the_round.take(1)

    async def morning() -> None:
        loop = asyncio.create_task(the_round.delivery.run())
        await until(lambda: bool(server.asked) and not server.then)
        await asyncio.sleep(0.02)
        the_round.delivery.server_lives()
        await until(lambda: not the_round.book.held())
        asked = len(server.asked)
        await asyncio.sleep(0.02)
        the_round.delivery.server_lives()
        await asyncio.sleep(0.02)
        assert len(server.asked) == asked
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
