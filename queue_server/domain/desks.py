"""Desks: one agent each. A desk left behind does not stay closed to colleagues."""

from datetime import datetime, timedelta

ABANDONED = timedelta(minutes=10)
"""After this long without an open page, a colleague may take the desk."""


def is_abandoned(seen_at: datetime, now: datetime, *, with_someone: bool) -> bool:
    """Tell whether the agent last seen at ``seen_at`` has left the desk behind.

    A desk to which a person was called, or where one is received, is never abandoned.
    """
    return not with_someone and now - seen_at > ABANDONED
