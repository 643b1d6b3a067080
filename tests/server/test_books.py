"""Numbers are leased to each kiosk for the day of its site."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import update

from contract.messages import NUMBER_TAKEN, TICKET_DIFFERS
from queue_server.domain.numbers import LAST_NUMBER
from queue_server.storage.database import Database
from queue_server.storage.tables import SiteDay
from tests.cast import MDS, NINE, TUESDAY, a_ticket, add_kiosk, open_reception
from tests.doubles import Clock, KioskDouble
from tests.server.conftest import Server, serving


def numbers_in(lease: dict[str, Any]) -> set[int]:
    """Return every leased number."""
    return {number for block in lease["ranges"] for number in range(block["first"], block["last"] + 1)}


def test_the_first_lease_of_a_day_starts_at_one(server: Server) -> None:
    with KioskDouble(server.address) as kiosk:
        lease = kiosk.lease()
    assert lease == {
        "site": MDS,
        "day": str(TUESDAY),
        "ranges": [{"first": 1, "last": 8}],
        "reserve": {"first": 500, "last": 599},
    }


def test_asking_again_gives_the_same_whole_lease(kiosk: KioskDouble) -> None:
    assert kiosk.lease() == kiosk.lease()


def test_a_book_that_runs_low_is_topped_up_and_tells_all_that_is_left(kiosk: KioskDouble) -> None:
    for number in range(1, 4):
        kiosk.deliver(a_ticket(number))
    assert kiosk.lease()["ranges"] == [{"first": 4, "last": 8}]
    kiosk.deliver(a_ticket(4))
    assert kiosk.lease()["ranges"] == [{"first": 5, "last": 16}]


def test_a_kiosk_that_has_lost_its_book_is_told_only_numbers_that_no_ticket_has(
    server: Server, kiosk: KioskDouble
) -> None:
    for number in range(1, 41):
        kiosk.deliver(a_ticket(number))
    with KioskDouble(server.address) as emptied:
        first = emptied.lease()["ranges"][0]["first"]
        assert first == 41
        assert emptied.deliver(a_ticket(first)).status_code == 201


def test_tickets_on_their_way_are_still_among_the_numbers_told(kiosk: KioskDouble) -> None:
    on_their_way = [a_ticket(number) for number in range(1, 9)]
    told = kiosk.deliver(on_their_way[0]).json()["lease"]
    assert {ticket.number for ticket in on_their_way[1:]} <= numbers_in(told)
    assert all(kiosk.deliver(ticket).status_code == 201 for ticket in on_their_way[1:])


def test_a_number_that_was_skipped_is_told_no_more_and_still_accepted(kiosk: KioskDouble) -> None:
    late = a_ticket(2)
    told = kiosk.deliver(a_ticket(8)).json()["lease"]
    assert told["ranges"] == [{"first": 9, "last": 16}]
    assert kiosk.deliver(late).status_code == 201
    assert kiosk.lease()["ranges"] == [{"first": 9, "last": 16}]


@pytest.fixture
def last_numbers(server: Server, kiosk: KioskDouble) -> KioskDouble:
    """A kiosk that holds 1 to 8, on a day of which no number can be leased any more."""
    with server.reception.database.writing() as session:
        session.exec(update(SiteDay).values(next_number=LAST_NUMBER + 1))
    return kiosk


def test_when_the_day_has_no_number_left_tickets_are_accepted_and_the_lease_stays_as_it_is(
    last_numbers: KioskDouble,
) -> None:
    answers = [last_numbers.deliver(a_ticket(number)) for number in range(1, 9)]
    assert [answer.status_code for answer in answers] == [201] * 8
    assert answers[5].json()["lease"]["ranges"] == [{"first": 7, "last": 8}]
    assert last_numbers.lease()["ranges"] == []


@pytest.mark.parametrize("by", [timedelta(microseconds=1), timedelta(days=-1)])
def test_a_known_id_with_another_instant_is_refused_for_good(kiosk: KioskDouble, by: timedelta) -> None:
    ticket = a_ticket(1, NINE + timedelta(microseconds=123_456))
    assert kiosk.deliver(ticket).status_code == 201
    other = ticket.model_copy(update={"taken_at": ticket.taken_at + by})
    refused = kiosk.deliver(other)
    assert (refused.status_code, refused.json()["type"]) == (409, TICKET_DIFFERS)


@pytest.mark.parametrize(
    "taken_at",
    [
        "2026-03-03T08:00:00.123456Z",
        "2026-03-03T12:00:00.123456+04:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_an_instant_is_the_same_when_it_comes_again(kiosk: KioskDouble, taken_at: str) -> None:
    sent = a_ticket(1).model_dump(mode="json") | {"taken_at": taken_at}
    assert [kiosk.post("/tickets", sent).status_code for _ in range(2)] == [201, 200]


def test_a_ticket_refused_for_its_number_comes_again_with_another_one(kiosk: KioskDouble) -> None:
    kiosk.deliver(a_ticket(1))
    ticket = a_ticket(1)
    assert kiosk.deliver(ticket).json()["type"] == NUMBER_TAKEN
    assert kiosk.deliver(ticket.model_copy(update={"number": 2})).status_code == 201


def test_numbers_of_the_reserve_do_not_count_as_leased(kiosk: KioskDouble) -> None:
    for number in range(500, 520):
        kiosk.deliver(a_ticket(number))
    assert kiosk.lease()["ranges"] == [{"first": 1, "last": 8}]


def test_two_kiosks_of_a_site_share_no_number(server: Server, kiosk: KioskDouble) -> None:
    add_kiosk(server.reception, rank=1, token="second")
    with KioskDouble(server.address, "second") as second:
        for _ in range(4):
            mine, theirs = kiosk.lease(), second.lease()
            assert not numbers_in(mine) & numbers_in(theirs)
            assert mine["reserve"] != theirs["reserve"]
            for device, lease in ((kiosk, mine), (second, theirs)):
                for number in sorted(numbers_in(lease))[-8:]:
                    device.deliver(a_ticket(number))
    assert second.address == kiosk.address


def test_the_next_day_starts_at_one_again(server: Server, kiosk: KioskDouble) -> None:
    for number in range(1, 7):
        kiosk.deliver(a_ticket(number))
    server.clock.forward(days=1)
    tomorrow = TUESDAY + timedelta(days=1)
    lease = kiosk.lease()
    assert (lease["day"], lease["ranges"]) == (str(tomorrow), [{"first": 1, "last": 8}])
    assert kiosk.deliver(a_ticket(1, server.clock.now, tomorrow)).status_code == 201


def test_yesterdays_numbers_are_still_accepted_for_yesterday(server: Server, kiosk: KioskDouble) -> None:
    server.clock.forward(days=1)
    kiosk.lease()
    assert kiosk.deliver(a_ticket(8, NINE, TUESDAY)).status_code == 201


@pytest.mark.parametrize(
    ("time_zone", "day"), [("Europe/Paris", "2026-03-03"), ("Indian/Reunion", "2026-03-04")]
)
def test_the_day_is_that_of_the_site(database: Database, clock: Clock, time_zone: str, day: str) -> None:
    clock.now = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
    with (
        serving(open_reception(database, time_zone=time_zone), clock) as server,
        KioskDouble(server.address) as kiosk,
    ):
        assert kiosk.lease()["day"] == day


def test_two_sites_lease_the_same_numbers(server: Server, kiosk: KioskDouble) -> None:
    open_reception(server.reception.database, code="mds-two", suffix="-two")
    with KioskDouble(server.address, "token-of-the-kiosk-two") as other:
        assert other.lease()["ranges"] == kiosk.lease()["ranges"]


def test_no_more_is_asked_than_nothing(kiosk: KioskDouble) -> None:
    assert kiosk.post("/books", {"how_many": 100}).status_code == 422
