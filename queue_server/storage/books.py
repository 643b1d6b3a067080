"""Books: the numbers leased to each device for a day."""

from datetime import date

from sqlmodel import col, func, insert, select, update

from queue_server.domain.numbers import Range, joined, next_block, reserve_of, wants_more
from queue_server.storage.database import Reading, Writing
from queue_server.storage.tables import BookRange, Device, SiteDay, Ticket


def leased(session: Reading, device_id: int, day: date) -> list[Range]:
    """Return the ranges leased to a device, touching ones joined."""
    rows = session.exec(select(BookRange).where(BookRange.device_id == device_id, BookRange.day == day))
    return joined(Range(row.first, row.last) for row in rows)


def top_up(session: Writing, device: Device, day: date) -> list[Range]:
    """Lease one more block when few numbers are left, and return all of the device's ranges."""
    ranges = leased(session, device.id, day)
    while wants_more(ranges, _given(session, device, day)):
        ranges = joined([*ranges, _lease_block(session, device, day)])
    return ranges


def _given(session: Reading, device: Device, day: date) -> int:
    """Count the leased numbers already on a ticket (those of the reserve are not leased)."""
    reserve = reserve_of(device.rank)
    given = select(func.count()).where(
        col(Ticket.device_id) == device.id,
        col(Ticket.day) == day,
        ~col(Ticket.number).between(reserve.first, reserve.last),
    )
    return session.exec(given).one()


def _lease_block(session: Writing, device: Device, day: date) -> Range:
    block = next_block(_first_never_leased(session, device.site_id, day))
    session.execute(
        update(SiteDay)
        .where(col(SiteDay.site_id) == device.site_id, col(SiteDay.day) == day)
        .values(next_number=block.last + 1)
    )
    session.execute(
        insert(BookRange).values(
            site_id=device.site_id, day=day, device_id=device.id, first=block.first, last=block.last
        )
    )
    return block


def _first_never_leased(session: Writing, site_id: int, day: date) -> int:
    """Return it from the day's row, locked until the commit and made when missing.

    The caller holds the site's revision row, so two processes cannot make the row at once.
    """
    row = select(SiteDay.next_number).where(SiteDay.site_id == site_id, SiteDay.day == day)
    found = session.exec(row.with_for_update()).one_or_none()
    if found is None:
        session.execute(insert(SiteDay).values(site_id=site_id, day=day, next_number=1))
        return 1
    return found
