"""Days belong to the site's time zone: La Réunion is not Paris."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_of(now: datetime, time_zone: str) -> date:
    """Return the civil day of a site at an instant."""
    return now.astimezone(ZoneInfo(time_zone)).date()
