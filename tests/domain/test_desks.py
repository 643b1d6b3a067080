"""When a desk counts as left behind."""

from datetime import UTC, datetime, timedelta

from queue_server.domain.desks import ABANDONED, is_abandoned

NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)


def test_a_desk_is_left_behind_after_ten_minutes_without_an_open_page() -> None:
    assert not is_abandoned(NOON, NOON + ABANDONED, with_someone=False)
    assert is_abandoned(NOON, NOON + ABANDONED + timedelta(seconds=1), with_someone=False)


def test_a_desk_with_a_person_is_never_left_behind() -> None:
    assert not is_abandoned(NOON, NOON + timedelta(days=1), with_someone=True)
