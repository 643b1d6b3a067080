"""The line: in which order people are called, and who is called next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

IMMEDIATE_CALL = timedelta(seconds=60)
"""Someone who said *disponible* less than this ago is given an arriving person at once."""
LIVE_PAGE = timedelta(seconds=30)
"""Availability needs a page that is open: without news of it for this long, it ends."""


@dataclass(frozen=True, order=True)
class Place:
    """A place in the line: earliest ``at`` first; ``ticket`` settles equal instants, the same everywhere."""

    at: datetime
    ticket: UUID


@dataclass(frozen=True)
class Available:
    """An agent who said *disponible* at ``since`` and whose page was last alive at ``seen_at``."""

    agent: int
    since: datetime
    seen_at: datetime


def arrived_at(taken_at: datetime, previous: datetime | None, now: datetime) -> datetime:
    """Return the arrival: when the ticket was taken, never in the future, never before the previous one.

    ``previous`` is the arrival of the ticket given before by the same device, whose order is thus kept
    even when its clock steps backwards.
    """
    arrival = min(taken_at, now)
    return arrival if previous is None else max(arrival, min(previous, now))


def place_at(due: datetime) -> datetime:
    """Return the instant that orders the line, from the instant a person is due (here, the arrival)."""
    return due


def first_of(line: Iterable[Place]) -> Place | None:
    """Return whom to call next, from a line in order (smallest place first); None when nobody waits."""
    return next(iter(line), None)


def called_at_once(available: Iterable[Available], now: datetime) -> Available | None:
    """Return the agent to whom an arriving person is called at once: available for longest, and fresh."""
    fresh = (
        agent for agent in available if now - agent.since < IMMEDIATE_CALL and now - agent.seen_at < LIVE_PAGE
    )
    return min(fresh, key=lambda agent: (agent.since, agent.agent), default=None)
