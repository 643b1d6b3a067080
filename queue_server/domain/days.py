"""Days belong to the site's time zone: La Réunion is not Paris."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_of(now: datetime, time_zone: str) -> date:
    """Return the civil day of a site at an instant."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def end_of_day(now: datetime, time_zone: str) -> datetime:
    """Return the instant, in UTC, at which the next civil day of a site begins.

    The day has 23 or 25 hours when summer time begins or ends.
    """
    tomorrow = day_of(now, time_zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(time_zone)).astimezone(UTC)
