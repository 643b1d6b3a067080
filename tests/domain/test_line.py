"""The line: who is called next, and to whom an arriving person is called at once."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain.line import (
    IMMEDIATE_CALL,
    LIVE_PAGE,
    Available,
    Place,
    arrived_at,
    called_at_once,
    first_of,
    place_at,
)
from tests.cast import NINE

AMINA, JOEL = 1, 2
BLINK = timedelta(microseconds=1)
instants = st.integers(-100_000, 100_000).map(lambda seconds: NINE + timedelta(seconds=seconds))
places = st.builds(
    Place, at=st.sampled_from([NINE, NINE + BLINK, NINE + timedelta(hours=1)]), ticket=st.uuids()
)


def available(agent: int, said_ago: timedelta, seen_ago: timedelta = timedelta(0)) -> Available:
    return Available(agent, since=NINE - said_ago, seen_at=NINE - seen_ago)


@given(st.lists(places))
def test_the_first_of_the_line_has_the_smallest_place(line: list[Place]) -> None:
    assert first_of(sorted(line)) == min(line, key=lambda place: (place.at, place.ticket), default=None)


def test_nobody_is_first_of_an_empty_line() -> None:
    assert first_of([]) is None


@given(due=instants)
def test_a_place_is_the_instant_a_person_is_due(due: datetime) -> None:
    assert place_at(due) == due


@given(taken=instants, previous=st.none() | instants, now=instants)
def test_an_arrival_is_never_in_the_future(taken: datetime, previous: datetime | None, now: datetime) -> None:
    assert arrived_at(taken, previous, now) <= now


@given(taken=instants, previous=instants, now=instants)
def test_an_arrival_is_never_before_the_previous_number_of_its_book(
    taken: datetime, previous: datetime, now: datetime
) -> None:
    assert arrived_at(taken, previous, now) >= min(previous, now)


@given(taken=instants, now=instants)
def test_a_ticket_of_a_good_clock_arrives_when_it_was_taken(taken: datetime, now: datetime) -> None:
    if taken <= now:
        assert arrived_at(taken, None, now) == taken
        assert arrived_at(taken, taken - timedelta(minutes=1), now) == taken


@given(st.lists(instants, min_size=2), instants)
def test_numbers_of_a_book_keep_their_order_whatever_its_clock_did(
    taken: list[datetime], now: datetime
) -> None:
    arrivals: list[datetime] = []
    for instant in taken:
        arrivals.append(arrived_at(instant, arrivals[-1] if arrivals else None, now))
    assert arrivals == sorted(arrivals)


def test_who_has_just_said_available_is_given_the_person_at_once() -> None:
    amina = available(AMINA, IMMEDIATE_CALL - BLINK)
    assert called_at_once([amina], NINE) == amina


def test_available_for_a_minute_is_too_long_ago() -> None:
    assert timedelta(seconds=60) == IMMEDIATE_CALL
    assert called_at_once([available(AMINA, IMMEDIATE_CALL)], NINE) is None


def test_an_agent_whose_page_fell_silent_is_given_nobody() -> None:
    assert timedelta(seconds=30) == LIVE_PAGE
    just_alive = available(AMINA, timedelta(seconds=40), LIVE_PAGE - BLINK)
    assert called_at_once([just_alive], NINE) == just_alive
    assert called_at_once([available(AMINA, timedelta(seconds=40), LIVE_PAGE)], NINE) is None


def test_the_agent_available_for_longest_comes_first() -> None:
    amina, joel = available(AMINA, timedelta(seconds=10)), available(JOEL, timedelta(seconds=20))
    assert called_at_once([amina, joel], NINE) == joel
    assert called_at_once([joel, amina], NINE) == joel


def test_two_who_spoke_at_once_are_always_told_apart_the_same_way() -> None:
    amina, joel = available(AMINA, timedelta(seconds=10)), available(JOEL, timedelta(seconds=10))
    assert called_at_once([joel, amina], NINE) == called_at_once([amina, joel], NINE) == amina


def test_one_who_waits_too_long_does_not_hide_a_fresh_one() -> None:
    amina, joel = available(AMINA, timedelta(hours=1)), available(JOEL, timedelta(seconds=5))
    assert called_at_once([amina, joel], NINE) == joel


def test_without_anyone_available_nobody_is_called() -> None:
    assert called_at_once([], NINE) is None
