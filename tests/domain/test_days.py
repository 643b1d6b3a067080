"""A day belongs to the site's time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from queue_server.domain.days import day_of, end_of_day

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"
QUARTER = timedelta(minutes=15)


def quarters_of(day: date, time_zone: str) -> int:
    """Count the quarters of an hour of a day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    return sum(day_of(start + QUARTER * step, time_zone) == day for step in range(4 * 84))


@pytest.mark.parametrize(
    ("instant", "paris", "reunion"),
    [
        (datetime(2026, 1, 15, 12, 0, tzinfo=UTC), date(2026, 1, 15), date(2026, 1, 15)),
        (datetime(2026, 1, 15, 20, 0, tzinfo=UTC), date(2026, 1, 15), date(2026, 1, 16)),
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), date(2026, 1, 15), date(2026, 1, 16)),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), date(2026, 1, 16), date(2026, 1, 16)),
        (datetime(2026, 7, 15, 22, 0, tzinfo=UTC), date(2026, 7, 16), date(2026, 7, 16)),
    ],
)
def test_la_reunion_is_not_paris(instant: datetime, paris: date, reunion: date) -> None:
    assert day_of(instant, PARIS) == paris
    assert day_of(instant, REUNION) == reunion


def test_the_night_before_summer_time_ends_an_hour_early() -> None:
    sunday = date(2026, 3, 29)
    assert day_of(datetime(2026, 3, 28, 22, 59, tzinfo=UTC), PARIS) == date(2026, 3, 28)
    assert day_of(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), PARIS) == sunday
    assert day_of(datetime(2026, 3, 29, 22, 0, tzinfo=UTC), PARIS) == date(2026, 3, 30)
    assert quarters_of(sunday, PARIS) == 23 * 4


def test_the_night_after_summer_time_ends_an_hour_late() -> None:
    sunday = date(2026, 10, 25)
    assert day_of(datetime(2026, 10, 24, 22, 0, tzinfo=UTC), PARIS) == sunday
    assert day_of(datetime(2026, 10, 25, 22, 59, tzinfo=UTC), PARIS) == sunday
    assert day_of(datetime(2026, 10, 25, 23, 0, tzinfo=UTC), PARIS) == date(2026, 10, 26)
    assert quarters_of(sunday, PARIS) == 25 * 4


def test_la_reunion_has_no_summer_time() -> None:
    assert {quarters_of(day, REUNION) for day in (date(2026, 3, 29), date(2026, 10, 25))} == {24 * 4}


def test_the_same_instant_said_from_elsewhere_is_the_same_day() -> None:
    instant = datetime(2026, 1, 15, 23, 30, tzinfo=UTC)
    assert day_of(instant.astimezone(), PARIS) == day_of(instant, PARIS) == date(2026, 1, 16)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), 23),  # one in the morning in Paris
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), 23),  # midnight: summer time begins in the night
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 25),  # midnight: summer time ends in the night
    ],
)
def test_the_next_day_begins_when_this_one_ends(now: datetime, hours: int) -> None:
    assert end_of_day(now, PARIS) - now == timedelta(hours=hours)
    assert day_of(end_of_day(now, PARIS), PARIS) == day_of(now, PARIS) + timedelta(days=1)
