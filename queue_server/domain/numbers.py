"""Numbers: plain, drawn from ranges leased to each device for the day, a few ahead.

Numbers reveal neither service, nor priority. Each kiosk also has a reserve range of its own, the same
every day, so that giving a ticket never waits for the server.
"""

from collections.abc import Iterable
from dataclasses import dataclass

RESERVE_FIRST = 500
RESERVE_SIZE = 100
MAX_DEVICES = 15
LEASED_FIRST_AFTER_RESERVES = RESERVE_FIRST + RESERVE_SIZE * MAX_DEVICES
BLOCK = 8
"""How many numbers are leased at a time: few, so that two kiosks stay close to one order."""
LAST_NUMBER = 8999
"""Numbers above are never leased: a kiosk that has not met the server yet draws from them, for a while."""


@dataclass(frozen=True)
class Range:
    """Numbers from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1


class NoNumberLeftError(Exception):
    """A site has given all the numbers of the day."""


def reserve_of(rank: int) -> Range:
    """Return the reserve range of a site's kiosk number ``rank`` (0 to 14). Raises ValueError beyond."""
    if not 0 <= rank < MAX_DEVICES:
        raise ValueError(f"a site has at most {MAX_DEVICES} kiosks")
    first = RESERVE_FIRST + rank * RESERVE_SIZE
    return Range(first, first + RESERVE_SIZE - 1)


def next_block(next_number: int) -> Range:
    """Return the block to lease from ``next_number``, the first never leased; it steps over the reserves.

    Raises NoNumberLeftError.
    """
    if next_number < RESERVE_FIRST:
        return Range(next_number, min(next_number + BLOCK, RESERVE_FIRST) - 1)
    first = max(next_number, LEASED_FIRST_AFTER_RESERVES)
    if first > LAST_NUMBER:
        raise NoNumberLeftError
    return Range(first, min(first + BLOCK - 1, LAST_NUMBER))


def left_after(last_given: int, leased: Iterable[Range]) -> list[Range]:
    """Return what a device may still give: the numbers after ``last_given`` (0 when there is none).

    What was skipped before it stays unused: nobody could tell whether a paper bears it.
    """
    return [
        Range(max(block.first, last_given + 1), block.last) for block in leased if block.last > last_given
    ]


def wants_more(left: Iterable[Range]) -> bool:
    """Tell whether a device that may still give the numbers ``left`` needs a block."""
    return sum(len(block) for block in left) <= BLOCK // 2


def belongs(number: int, ranges: Iterable[Range]) -> bool:
    """Tell whether a number lies in one of the ranges."""
    return any(number in block for block in ranges)


def is_provisional(number: int) -> bool:
    """Tell whether a kiosk drew this number before it ever met the server: it must be drawn again."""
    return number > LAST_NUMBER


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Return the same numbers with touching ranges made one, in order: a short lease reads well."""
    whole: list[Range] = []
    for block in sorted(ranges, key=lambda block: block.first):
        if whole and whole[-1].last + 1 == block.first:
            whole[-1] = Range(whole[-1].first, block.last)
        else:
            whole.append(block)
    return whole
