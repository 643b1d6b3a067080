"""A kiosk delivers tickets: each is kept once, and refused only when its number cannot be right."""

from datetime import timedelta

import pytest

from contract.messages import NUMBER_NOT_YOURS, NUMBER_TAKEN, TICKET_DIFFERS
from tests.cast import NINE, TUESDAY, a_ticket, add_kiosk, open_reception
from tests.doubles import KioskDouble
from tests.server.conftest import Server
from tests.server.kept import journal_of, numbers_of, tickets_of


def test_a_ticket_is_kept_before_it_is_acknowledged(server: Server, kiosk: KioskDouble) -> None:
    ticket = a_ticket(1)
    answer = kiosk.deliver(ticket)
    assert answer.status_code == 201
    (kept,) = tickets_of(server.reception.database)
    assert (kept.id, kept.number, kept.day, kept.taken_at) == (ticket.id, 1, TUESDAY, NINE)
    assert (answer.json()["id"], answer.json()["number"]) == (str(ticket.id), 1)


def test_a_ticket_delivered_again_is_the_same_one(server: Server, kiosk: KioskDouble) -> None:
    ticket = a_ticket(1)
    answers = [kiosk.deliver(ticket).status_code for _ in range(3)]
    assert answers == [201, 200, 200]
    assert numbers_of(server.reception.database) == [1]
    assert len(journal_of(server.reception.database)) == 1


def test_a_ticket_delivered_again_after_the_call_changes_nothing(
    server: Server, kiosk: KioskDouble, amina: object
) -> None:
    ticket = a_ticket(1)
    kiosk.deliver(ticket)
    server.clock.forward(minutes=20)
    assert kiosk.deliver(ticket).status_code == 200
    (kept,) = tickets_of(server.reception.database)
    assert (kept.step, kept.arrived_at) == (0, NINE)


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"day": TUESDAY + timedelta(days=1)}, {"taken_at": NINE - timedelta(seconds=1)}],
)
def test_a_known_id_with_other_content_is_refused_for_good(
    server: Server, kiosk: KioskDouble, change: dict[str, object]
) -> None:
    ticket = a_ticket(1)
    kiosk.deliver(ticket)
    refused = kiosk.deliver(ticket.model_copy(update=change))
    assert (refused.status_code, refused.json()["type"]) == (409, TICKET_DIFFERS)
    assert "lease" not in refused.json()
    assert numbers_of(server.reception.database) == [1]


def test_an_id_of_another_device_is_not_this_ticket(server: Server, kiosk: KioskDouble) -> None:
    ticket = a_ticket(1)
    kiosk.deliver(ticket)
    add_kiosk(server.reception, rank=1, token="second")
    with KioskDouble(server.address, "second") as second:
        assert second.deliver(ticket).json()["type"] == TICKET_DIFFERS


def test_a_number_that_another_ticket_has_comes_back_with_a_lease(server: Server, kiosk: KioskDouble) -> None:
    kiosk.deliver(a_ticket(1))
    refused = kiosk.deliver(a_ticket(1))
    assert (refused.status_code, refused.json()["type"]) == (409, NUMBER_TAKEN)
    assert refused.json()["lease"] == kiosk.lease()
    assert numbers_of(server.reception.database) == [1]


def test_the_lease_of_a_refused_number_is_kept(server: Server, kiosk: KioskDouble) -> None:
    for number in range(1, 5):
        kiosk.deliver(a_ticket(number))
    told = kiosk.deliver(a_ticket(4)).json()["lease"]
    last = told["ranges"][-1]["last"]
    assert kiosk.deliver(a_ticket(last)).status_code == 201


def test_a_number_outside_the_ranges_of_the_device_is_refused_for_good(
    server: Server, kiosk: KioskDouble
) -> None:
    refused = kiosk.deliver(a_ticket(499))
    assert (refused.status_code, refused.json()["type"]) == (422, NUMBER_NOT_YOURS)
    assert numbers_of(server.reception.database) == []
    assert journal_of(server.reception.database) == []


def test_a_number_leased_to_another_kiosk_is_refused(server: Server, kiosk: KioskDouble) -> None:
    add_kiosk(server.reception, rank=1, token="second")
    with KioskDouble(server.address, "second") as second:
        theirs = second.lease()["ranges"][0]["first"]
    assert kiosk.deliver(a_ticket(theirs)).json()["type"] == NUMBER_NOT_YOURS


def test_a_number_of_the_reserve_needs_no_lease(server: Server) -> None:
    with KioskDouble(server.address) as kiosk:
        assert kiosk.deliver(a_ticket(550)).status_code == 201
    assert numbers_of(server.reception.database) == [550]


def test_a_number_of_another_reserve_is_refused(kiosk: KioskDouble) -> None:
    assert kiosk.deliver(a_ticket(600)).json()["type"] == NUMBER_NOT_YOURS


def test_a_late_ticket_keeps_the_arrival_of_its_hour(server: Server, kiosk: KioskDouble) -> None:
    server.clock.forward(minutes=10)
    kiosk.deliver(a_ticket(1, taken_at=NINE))
    (kept,) = tickets_of(server.reception.database)
    assert kept.arrived_at == kept.due == kept.place_at == NINE


def test_a_clock_ahead_gives_nobody_an_arrival_in_the_future(server: Server, kiosk: KioskDouble) -> None:
    kiosk.deliver(a_ticket(1, taken_at=NINE + timedelta(hours=1)))
    (kept,) = tickets_of(server.reception.database)
    assert kept.arrived_at == NINE


def test_a_clock_that_steps_back_does_not_change_the_order(server: Server, kiosk: KioskDouble) -> None:
    kiosk.deliver(a_ticket(1, taken_at=NINE))
    kiosk.deliver(a_ticket(2, taken_at=NINE - timedelta(hours=1)))
    first, second = tickets_of(server.reception.database)
    assert first.place_at <= second.place_at


def test_a_ticket_of_a_past_day_is_kept_and_waits_in_no_line(server: Server, kiosk: KioskDouble) -> None:
    yesterday = a_ticket(500, NINE - timedelta(days=1), TUESDAY - timedelta(days=1))
    assert kiosk.deliver(yesterday).status_code == 201
    assert server.board().waiting == 0
    assert numbers_of(server.reception.database) == [500]


@pytest.mark.parametrize(
    "taken_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00Z"]
)
def test_a_kiosk_whose_clock_is_nowhere_near_is_not_refused(
    server: Server, kiosk: KioskDouble, taken_at: str
) -> None:
    sent = a_ticket(1).model_dump(mode="json") | {"taken_at": taken_at}
    assert kiosk.post("/tickets", sent).status_code == 201
    assert numbers_of(server.reception.database) == [1]


def test_a_ticket_goes_to_the_site_of_its_kiosk(server: Server, kiosk: KioskDouble) -> None:
    other = open_reception(server.reception.database, code="mds-two", suffix="-two")
    with KioskDouble(server.address, "token-of-the-kiosk-two") as second:
        second.lease()
        second.deliver(a_ticket(1))
    kiosk.deliver(a_ticket(1))
    sites = {ticket.site_id for ticket in tickets_of(server.reception.database)}
    assert sites == {server.reception.site.id, other.site.id}


def test_each_delivery_tops_the_book_up(kiosk: KioskDouble) -> None:
    leases = [kiosk.deliver(a_ticket(number)).json()["lease"] for number in range(1, 20)]
    assert all(lease["ranges"][-1]["last"] - number >= 4 for number, lease in enumerate(leases, 1))


def test_a_provisional_number_is_drawn_again(server: Server, kiosk: KioskDouble) -> None:
    refused = kiosk.deliver(a_ticket(9001))
    assert (refused.status_code, refused.json()["type"]) == (409, NUMBER_TAKEN)
    assert refused.json()["lease"]["ranges"] == kiosk.lease()["ranges"]
    assert numbers_of(server.reception.database) == []
