"""Which number comes next, and which day it is: the rules of the book, without its disk.

The order is: the numbers leased for the day, then the kiosk's reserve, then the spare range. A new book
that could not ask the server starts halfway through its reserve: the book that was lost may have begun it.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, timedelta

from contract.messages import Lease, NumberRange

SPARE = NumberRange(first=9000, last=9999)
"""Given when nothing else is left, or before any lease was ever received. The server leases none of them and
keeps none: the ticket is numbered again when it is delivered."""
CREDIBLE_DAYS = 31
"""A local clock further than this from the last day the server told is not believed."""


@dataclass(frozen=True)
class Stock:
    """The numbers a book may give on one day."""

    leased: tuple[NumberRange, ...] = ()
    reserve: NumberRange | None = None
    from_halfway: bool = False
    spent: Set[int] = field(default_factory=frozenset)


def next_number(stock: Stock) -> int | None:
    """Return the first number never given, or None when all are spent."""
    return next((number for number in _in_order(stock) if number not in stock.spent), None)


def _in_order(stock: Stock) -> Iterator[int]:
    yield from _all_of(stock.leased)
    if stock.reserve is not None:
        yield from _reserve(stock.reserve, stock.from_halfway)
    yield from _all_of([SPARE])


def _reserve(reserve: NumberRange, from_halfway: bool) -> Iterator[int]:
    middle = (reserve.first + reserve.last + 1) // 2 if from_halfway else reserve.first
    yield from range(middle, reserve.last + 1)
    yield from range(reserve.first, middle)


def _all_of(ranges: Iterable[NumberRange]) -> Iterator[int]:
    for block in ranges:
        yield from range(block.first, block.last + 1)


def is_ours(number: int, lease: Lease) -> bool:
    """Tell whether a number lies in the ranges of a lease or in its reserve."""
    return any(number in block for block in [*lease.ranges, lease.reserve])


def day_by_clock(book_day: date | None, told_day: date | None, today: date) -> date:
    """Return the book's day when the local clock says ``today``: only a lease moves it back.

    ``told_day`` is the last day the server told (None before any lease: there is only the clock to go by).
    """
    if book_day is None:
        return today
    if told_day is not None and today > told_day + timedelta(days=CREDIBLE_DAYS):
        return book_day
    return max(book_day, today)
