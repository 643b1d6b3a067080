"""Many at once: nobody is called twice, nobody is lost, and the line keeps its order."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from contract.messages import TicketTaken
from queue_server.actions.queue import QueueActions
from queue_server.pages.rendering import SESSION_COOKIE
from queue_server.storage.database import Database
from queue_server.storage.tables import Agent
from tests.cast import a_ticket, add_kiosk
from tests.doubles import PLAIN, KioskDouble
from tests.programs import servers
from tests.server.conftest import Server
from tests.server.crowd import AGENTS, PEOPLE, Crowd, all_at_once, end_interview, gather
from tests.server.kept import journal_of, numbers_of, tickets_of

PRESSES = 12
"""How often each agent presses over HTTP: enough for hundreds of meetings of two processes."""


@pytest.fixture
def sqlite(sqlite_address: str) -> Iterator[Database]:
    """A fresh SQLite database."""
    opened = Database(sqlite_address)
    yield opened
    opened.close()


@pytest.fixture
def postgresql(postgresql_address: str) -> Iterator[Database]:
    """A fresh PostgreSQL database."""
    opened = Database(postgresql_address)
    yield opened
    opened.close()


def receive(database: Database, agent: Agent, press: Callable[[], object], most: int = PEOPLE) -> list[int]:
    """Say *disponible* again and again until nobody waits; return whom the agent was given."""
    given: list[int] = []
    while len(given) < most:
        press()
        number = end_interview(database, agent)
        if number is None:
            break
        given.append(number)
    return given


def assert_each_was_called_once_in_order(crowd: Crowd, given: list[list[int]], calls: int) -> None:
    """Check that the first of the line were called, in order, each to one agent, and that the others wait."""
    called = list(range(1, calls + 1))
    database = crowd.reception.database
    assert sorted(number for numbers in given for number in numbers) == called
    tickets = tickets_of(database)
    number_of = {ticket.id: ticket.number for ticket in tickets}
    assert [number_of[row.ticket_id] for row in journal_of(database) if row.action == "call"] == called
    assert [ticket.state for ticket in tickets] == ["received"] * calls + ["waiting"] * (PEOPLE - calls)


@pytest.mark.slow
def test_threads_on_sqlite_call_each_person_once_in_order(sqlite: Database) -> None:
    crowd = gather(sqlite)
    actions = QueueActions(sqlite, lambda _site: None)
    site = crowd.reception.site.id
    work = [
        partial(receive, sqlite, agent, partial(actions.become_available, agent, site))
        for agent in crowd.agents
    ]
    assert_each_was_called_once_in_order(crowd, all_at_once(work), PEOPLE)


@pytest.mark.slow
def test_two_servers_on_one_postgresql_call_each_person_once_in_order(
    postgresql: Database, tmp_path: Path
) -> None:
    crowd = gather(postgresql)
    with servers(postgresql.address, tmp_path, 2) as addresses:
        work = [
            partial(_receive_over_http, crowd, agent, addresses[rank % 2])
            for rank, agent in enumerate(crowd.agents)
        ]
        given = all_at_once(work)
    assert_each_was_called_once_in_order(crowd, given, AGENTS * PRESSES)


def _receive_over_http(crowd: Crowd, agent: Agent, address: str) -> list[int]:
    cookies = {SESSION_COOKIE: crowd.token(agent)}
    with httpx.Client(base_url=address, cookies=cookies, timeout=30, verify=PLAIN) as http:
        return receive(crowd.reception.database, agent, partial(_press_over_http, http), PRESSES)


def _press_over_http(http: httpx.Client) -> None:
    answer = http.post("/agent/available")
    assert (answer.status_code, answer.headers["location"]) == (303, "/agent")


def test_a_ticket_delivered_ten_times_at_once_is_one(server: Server, kiosk: KioskDouble) -> None:
    ticket = a_ticket(1)
    statuses = all_at_once([partial(_deliver, server, ticket)] * 10)
    assert sorted(statuses) == [200] * 9 + [201]
    assert numbers_of(server.reception.database) == [1]
    assert len(journal_of(server.reception.database)) == 1


def test_a_number_delivered_for_ten_people_at_once_is_one_persons(server: Server, kiosk: KioskDouble) -> None:
    statuses = all_at_once([partial(_deliver, server, a_ticket(1)) for _ in range(10)])
    assert sorted(statuses) == [201] + [409] * 9
    assert numbers_of(server.reception.database) == [1]


def _deliver(server: Server, ticket: TicketTaken) -> int:
    with KioskDouble(server.address) as kiosk:
        return kiosk.deliver(ticket).status_code


def test_kiosks_that_ask_for_numbers_at_once_share_none(server: Server) -> None:
    tokens = [f"kiosk-{rank}" for rank in range(1, 9)]
    for rank, token in enumerate(tokens, 1):
        add_kiosk(server.reception, rank, token)
    leases = all_at_once([partial(_lease, server, token) for token in tokens])
    numbers = [number for lease in leases for number in lease]
    assert len(set(numbers)) == len(numbers) == 8 * len(tokens)


def _lease(server: Server, token: str) -> list[int]:
    with KioskDouble(server.address, token) as kiosk:
        return [
            number for block in kiosk.lease()["ranges"] for number in range(block["first"], block["last"] + 1)
        ]
