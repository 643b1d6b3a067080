"""An instant comes back as it went in, in UTC, on both engines."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from queue_server.storage.tickets import ticket_by_id
from tests.cast import NINE, Reception, keep_ticket

REUNION = timezone(timedelta(hours=4))


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        datetime(2026, 3, 3, 8, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 3, 1, 30, tzinfo=REUNION),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_in_utc(reception: Reception, instant: datetime) -> None:
    with reception.database.writing() as session:
        ticket_id = keep_ticket(session, reception, 1, instant)
    with reception.database.reading() as session:
        ticket = ticket_by_id(session, ticket_id)
    assert ticket is not None
    assert ticket.arrived_at == instant
    assert ticket.arrived_at.utcoffset() == timedelta(0)


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time zone is far from the site's."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_the_time_zone_of_the_machine_changes_nothing(reception: Reception) -> None:
    with reception.database.writing() as session:
        ticket_id = keep_ticket(session, reception, 1, NINE)
    with reception.database.reading() as session:
        ticket = ticket_by_id(session, ticket_id)
    assert ticket is not None
    assert ticket.arrived_at == NINE


def test_an_instant_without_a_time_zone_is_refused(reception: Reception) -> None:
    naive = datetime(2026, 3, 3, 8, 0)  # noqa: DTZ001 (this is what is refused)
    with (
        pytest.raises((StatementError, ValueError), match="without a time zone"),
        reception.database.writing() as session,
    ):
        keep_ticket(session, reception, 1, naive)
