"""Books: the numbers leased to each device for a day."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import func, insert, select, update

from queue_server.domain.numbers import (
    LEASED_FIRST_AFTER_RESERVES,
    RESERVE_FIRST,
    NoNumberLeftError,
    Range,
    joined,
    left_after,
    next_block,
    wants_more,
)
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import RANGES, SITE_DAYS, TICKETS, Device

LEASED = select(RANGES.c.device_id, RANGES.c.first, RANGES.c.last).where(
    RANGES.c.device_id.in_(bindparam("devices", expanding=True)), RANGES.c.day == bindparam("day")
)
OF_A_RESERVE = TICKETS.c.number.between(RESERVE_FIRST, LEASED_FIRST_AFTER_RESERVES - 1)
GIVEN = (
    select(
        TICKETS.c.device_id,
        func.max(TICKETS.c.number).filter(~OF_A_RESERVE).label("last_number"),
        func.max(TICKETS.c.arrived_at).label("last_arrival"),
    )
    .where(TICKETS.c.device_id.in_(bindparam("devices", expanding=True)), TICKETS.c.day == bindparam("day"))
    .group_by(TICKETS.c.device_id)
)
NEXT_NUMBER = (
    select(SITE_DAYS.c.next_number)
    .where(SITE_DAYS.c.site_id == bindparam("site"), SITE_DAYS.c.day == bindparam("of_day"))
    .with_for_update()
)
DAY_BEGUN = insert(SITE_DAYS)
MOVED_ON = (
    update(SITE_DAYS)
    .where(SITE_DAYS.c.site_id == bindparam("site"), SITE_DAYS.c.day == bindparam("of_day"))
    .values(next_number=bindparam("next_number"))
)
BLOCK_LEASED = insert(RANGES)


@dataclass
class Book:
    """A device's day: its ranges, the last of their numbers that is on a ticket, its last ticket's arrival.

    ``ranges`` are all that was leased: a ticket on its way may bear any of them. ``left`` can yet be given.
    """

    ranges: list[Range]
    last_number: int = 0
    last_arrival: datetime | None = None

    @property
    def left(self) -> list[Range]:
        return left_after(self.last_number, self.ranges)


def books_of(session: Reading, device_ids: Collection[int], day: date) -> dict[int, Book]:
    """Return the books of these devices, by device."""
    blocks = _blocks(session, device_ids, day)
    books = {device: Book(joined(blocks.get(device, ()))) for device in device_ids}
    for row in session.rows(GIVEN, devices=device_ids, day=day):
        book = books[row.device_id]
        book.last_number, book.last_arrival = row.last_number or 0, row.last_arrival
    return books


def top_up(session: Writing, device: Device, day: date, book: Book) -> None:
    """Lease one more block to a book in which few numbers are left, while the site's day has any."""
    with suppress(NoNumberLeftError):
        while wants_more(book.left):
            book.ranges = joined([*book.ranges, _lease_block(session, device, day)])


def _blocks(session: Reading, device_ids: Collection[int], day: date) -> dict[int, list[Range]]:
    blocks: dict[int, list[Range]] = {}
    for row in session.rows(LEASED, devices=device_ids, day=day):
        blocks.setdefault(row.device_id, []).append(Range(row.first, row.last))
    return blocks


def _lease_block(session: Writing, device: Device, day: date) -> Range:
    block = next_block(_first_never_leased(session, device.site_id, day))
    session.write(MOVED_ON, {"site": device.site_id, "of_day": day, "next_number": block.last + 1})
    leased = {"site_id": device.site_id, "day": day, "device_id": device.id}
    session.write(BLOCK_LEASED, leased | {"first": block.first, "last": block.last})
    return block


def _first_never_leased(session: Writing, site_id: int, day: date) -> int:
    """Return it from the day's row, locked until the commit and made when missing.

    The caller holds the site's revision row, so two processes cannot make the row at once.
    """
    found = session.rows(NEXT_NUMBER, site=site_id, of_day=day)
    if not found:
        session.write(DAY_BEGUN, {"site_id": site_id, "day": day, "next_number": 1})
        return 1
    return int(found[0].next_number)
