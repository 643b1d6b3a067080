"""A power cut in the middle of deliveries: what was acknowledged is kept, once; the rest is sent again."""

from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.messages import TicketTaken
from queue_server.actions.queue import utc_now
from queue_server.storage.database import Database
from tests.cast import a_ticket, add_kiosk, open_reception
from tests.doubles import KioskDouble, free_port, wait_until
from tests.programs import ServerProgram
from tests.server.crowd import all_at_once, zone_where_it_is_noon
from tests.server.kept import journal_of, tickets_of

KIOSKS = 6
BEFORE_THE_CUT = 60


@dataclass
class Delivered:
    """What one kiosk has sent: acknowledged tickets, and the one whose answer never came."""

    token: str
    acknowledged: list[TicketTaken] = field(default_factory=list)
    unanswered: list[TicketTaken] = field(default_factory=list)

    def all(self) -> list[TicketTaken]:
        """Return every ticket that was given to somebody."""
        return self.acknowledged + self.unanswered


@pytest.fixture
def reception(engine_address: str) -> Database:
    """A reception at noon with several kiosks."""
    database = Database(engine_address)
    opened = open_reception(database, time_zone=zone_where_it_is_noon())
    for rank in range(1, KIOSKS):
        add_kiosk(opened, rank, f"kiosk-{rank}")
    return database


def deliver_until_the_cut(address: str, delivered: Delivered) -> None:
    """Give tickets one after the other until the server is gone."""
    with KioskDouble(address, delivered.token) as kiosk:
        lease = kiosk.lease()
        for last in count():
            number = next_number(lease, delivered.acknowledged[-1].number if last else 0)
            ticket = a_ticket(number, utc_now(), lease["day"])
            try:
                answer = kiosk.deliver(ticket)
            except httpx.TransportError:
                delivered.unanswered.append(ticket)
                return
            assert answer.status_code == 201, answer.text
            delivered.acknowledged.append(ticket)
            lease = answer.json()["lease"]


def next_number(lease: dict[str, Any], last: int) -> int:
    """Return the first leased number after the last one given."""
    return min(max(int(block["first"]), last + 1) for block in lease["ranges"] if block["last"] > last)


def cut(server: ServerProgram, kiosks: list[Delivered]) -> None:
    """Kill the server once enough tickets were acknowledged."""
    wait_until(lambda: sum(len(kiosk.acknowledged) for kiosk in kiosks) >= BEFORE_THE_CUT, 60)
    server.kill()


def test_acknowledged_tickets_survive_a_power_cut_once(
    reception: Database, engine_address: str, tmp_path: Path
) -> None:
    port = free_port()
    kiosks = [Delivered("token-of-the-kiosk"), *(Delivered(f"kiosk-{rank}") for rank in range(1, KIOSKS))]
    with ServerProgram(engine_address, tmp_path, port) as server:
        work = [partial(deliver_until_the_cut, server.address, kiosk) for kiosk in kiosks]
        all_at_once([*work, partial(cut, server, kiosks)])
    kept = {ticket.id for ticket in tickets_of(reception)}
    assert {ticket.id for kiosk in kiosks for ticket in kiosk.acknowledged} <= kept
    with ServerProgram(engine_address, tmp_path, port) as server:
        for kiosk in kiosks:
            send_everything_again(server.address, kiosk)
    assert_each_ticket_is_kept_once(reception, [ticket for kiosk in kiosks for ticket in kiosk.all()])
    reception.close()


def send_everything_again(address: str, delivered: Delivered) -> None:
    """Deliver all of a kiosk's tickets again: those that were acknowledged are known."""
    with KioskDouble(address, delivered.token) as kiosk:
        assert {kiosk.deliver(ticket).status_code for ticket in delivered.acknowledged} <= {200}
        assert {kiosk.deliver(ticket).status_code for ticket in delivered.unanswered} <= {200, 201}


def assert_each_ticket_is_kept_once(database: Database, given: list[TicketTaken]) -> None:
    """Check the tickets and the journal against what was given to people."""
    kept = tickets_of(database)
    assert sorted((ticket.id, ticket.number) for ticket in kept) == sorted((t.id, t.number) for t in given)
    assert len({ticket.number for ticket in kept}) == len(kept)
    assert len(journal_of(database)) == len(kept)
