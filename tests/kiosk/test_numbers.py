"""Which number comes next, and which day it is."""

from datetime import timedelta

from contract.messages import NumberRange
from kiosk.numbers import CREDIBLE_DAYS, SPARE, Stock, day_by_clock, is_ours, next_number
from tests.kiosk.cast import DAY, lease

LEASED = (NumberRange(first=1, last=2), NumberRange(first=7, last=7))
RESERVE = NumberRange(first=500, last=503)


def all_given(stock: Stock, count: int) -> list[int | None]:
    given: list[int | None] = []
    for _ in range(count):
        spent = frozenset(number for number in given if number is not None)
        given.append(next_number(Stock(stock.leased, stock.reserve, stock.from_halfway, spent)))
    return given


def test_leased_numbers_come_before_the_reserve_and_the_spare_range_comes_last() -> None:
    assert all_given(Stock(LEASED, RESERVE), 9) == [1, 2, 7, 500, 501, 502, 503, SPARE.first, SPARE.first + 1]


def test_a_new_book_starts_halfway_through_its_reserve_and_comes_back_to_its_beginning() -> None:
    assert all_given(Stock((), RESERVE, from_halfway=True), 5) == [502, 503, 500, 501, SPARE.first]


def test_a_reserve_of_one_number_is_given_once() -> None:
    one = NumberRange(first=500, last=500)
    assert all_given(Stock((), one, from_halfway=True), 2) == [500, SPARE.first]


def test_when_all_is_spent_there_is_no_number() -> None:
    assert next_number(Stock(spent=frozenset(range(SPARE.first, SPARE.last + 1)))) is None


def test_a_number_is_ours_when_it_is_leased_or_in_our_reserve() -> None:
    assert is_ours(8, lease(1, 8))
    assert is_ours(599, lease(1, 8))
    assert not is_ours(9, lease(1, 8))
    assert not is_ours(SPARE.first, lease(1, 8))


def test_the_clock_opens_the_next_day_and_never_the_one_before() -> None:
    assert day_by_clock(DAY, DAY, DAY + timedelta(days=1)) == DAY + timedelta(days=1)
    assert day_by_clock(DAY, DAY, DAY - timedelta(days=1)) == DAY
    assert day_by_clock(None, None, DAY) == DAY


def test_a_clock_far_from_what_the_server_told_is_not_believed() -> None:
    assert day_by_clock(DAY, DAY, DAY + timedelta(days=CREDIBLE_DAYS)) == DAY + timedelta(days=CREDIBLE_DAYS)
    assert day_by_clock(DAY, DAY, DAY + timedelta(days=CREDIBLE_DAYS + 1)) == DAY
