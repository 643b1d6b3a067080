"""Numbers: blocks never meet a reserve, and the day's numbers come to an end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.domain.numbers import (
    BLOCK,
    LAST_NUMBER,
    MAX_DEVICES,
    NoNumberLeftError,
    Range,
    belongs,
    is_provisional,
    joined,
    left_after,
    next_block,
    reserve_of,
    wants_more,
)

ranks = st.integers(0, MAX_DEVICES - 1)
RESERVES = [reserve_of(rank) for rank in range(MAX_DEVICES)]


def numbers_of(block: Range) -> set[int]:
    return set(range(block.first, block.last + 1))


@st.composite
def separate_ranges(draw: st.DrawFn) -> list[Range]:
    """Draw ranges that do not overlap, some of which touch, in any order."""
    cuts = sorted(draw(st.sets(st.integers(1, 200), min_size=1)))
    ranges = [Range(first, following - 1) for first, following in pairwise([*cuts, cuts[-1] + 3])]
    kept = draw(st.lists(st.booleans(), min_size=len(ranges), max_size=len(ranges)))
    return draw(st.permutations([block for block, keep in zip(ranges, kept, strict=True) if keep]))


@given(st.integers(1, LAST_NUMBER))
def test_a_block_never_meets_a_reserve(next_number: int) -> None:
    block = next_block(next_number)
    assert not [reserve for reserve in RESERVES if numbers_of(block) & numbers_of(reserve)]


@given(st.integers(1, LAST_NUMBER))
def test_a_block_is_short_and_holds_no_number_leased_before(next_number: int) -> None:
    block = next_block(next_number)
    assert next_number <= block.first <= block.last <= LAST_NUMBER
    assert 1 <= len(block) <= BLOCK


def test_a_day_leases_each_number_once_and_then_none() -> None:
    leased = [next_block(1)]
    while leased[-1].last < LAST_NUMBER:
        leased.append(next_block(leased[-1].last + 1))
    with pytest.raises(NoNumberLeftError):
        next_block(LAST_NUMBER + 1)
    reserved = set[int]().union(*map(numbers_of, RESERVES))
    given_out = [number for block in leased for number in sorted(numbers_of(block))]
    assert given_out == sorted(set(range(1, LAST_NUMBER + 1)) - reserved)


def test_the_last_block_ends_at_the_last_number() -> None:
    assert next_block(LAST_NUMBER) == Range(LAST_NUMBER, LAST_NUMBER)


@given(ranks, ranks)
def test_two_kiosks_have_different_reserves(one: int, other: int) -> None:
    assert one == other or not numbers_of(reserve_of(one)) & numbers_of(reserve_of(other))


@pytest.mark.parametrize("rank", [-1, MAX_DEVICES])
def test_a_kiosk_too_many_has_no_reserve(rank: int) -> None:
    with pytest.raises(ValueError, match="at most"):
        reserve_of(rank)


@given(separate_ranges())
def test_joined_ranges_hold_the_same_numbers(ranges: list[Range]) -> None:
    whole = joined(ranges)
    assert sum(len(block) for block in whole) == sum(len(block) for block in ranges)
    assert set[int]().union(*map(numbers_of, whole)) == set[int]().union(*map(numbers_of, ranges))


@given(separate_ranges())
def test_joined_ranges_are_in_order_and_never_touch(ranges: list[Range]) -> None:
    assert all(block.last + 1 < following.first for block, following in pairwise(joined(ranges)))


@given(separate_ranges(), st.integers(0, 210))
def test_what_is_left_lies_after_the_last_number_given(ranges: list[Range], last_given: int) -> None:
    leased = set[int]().union(*map(numbers_of, ranges))
    left = set[int]().union(*map(numbers_of, left_after(last_given, ranges)))
    assert left == {number for number in leased if number > last_given}


@given(st.integers(0, BLOCK))
def test_a_book_is_topped_up_when_half_a_block_is_left(count: int) -> None:
    left = [Range(7, 7), Range(20, 20 + count - 2)] if count > 1 else [Range(7, 7)][:count]
    assert wants_more(left) == (count <= BLOCK // 2)


def test_an_empty_book_wants_numbers() -> None:
    assert wants_more([])


def test_a_number_belongs_to_a_range_up_to_both_ends() -> None:
    ranges = [Range(1, 8), Range(500, 599)]
    assert all(belongs(number, ranges) for number in (1, 8, 500, 599))
    assert not any(belongs(number, ranges) for number in (9, 499, 600))


@given(st.integers(1, 9999))
def test_a_provisional_number_is_one_that_is_never_leased(number: int) -> None:
    assert is_provisional(number) == (number > LAST_NUMBER)
