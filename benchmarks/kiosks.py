"""Kiosks as the load sees them: they draw real numbers from the leases in the server's answers."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from benchmarks.wire import post


@dataclass(frozen=True)
class Tap:
    """One ticket given by a kiosk, and the request that delivers it."""

    id: str
    number: int
    request: bytes


@dataclass
class Kiosk:
    """One device: its token, and the book it draws from. Hello gives no lease: numbers then just grow."""

    token: str
    day: str = "2000-01-01"
    _lease: dict[str, object] = field(default_factory=dict)
    _given: set[int] = field(default_factory=set)

    def learn(self, lease: dict[str, object] | None) -> None:
        """Take the book of an answer: whole, so the one that reaches furthest is the newest."""
        if lease and _last(lease) >= _last(self._lease):
            self._lease = lease
            self.day = str(lease["day"])

    def tap(self) -> Tap:
        """Give the next number: leased ones first, then the reserve."""
        number = self._next()
        self._given.add(number)
        name = str(uuid.uuid4())
        taken = {"id": name, "day": self.day, "number": number, "taken_at": datetime.now(UTC).isoformat()}
        return Tap(name, number, post("/api/v1/tickets", self.token, json.dumps(taken).encode()))

    def _next(self) -> int:
        if not self._lease:
            return len(self._given) + 1
        return next(number for number in _numbers(self._lease) if number not in self._given)


def _blocks(lease: dict[str, object]) -> list[dict[str, int]]:
    ranges = lease.get("ranges", [])
    assert isinstance(ranges, list)
    return ranges


def _last(lease: dict[str, object]) -> int:
    return max((block["last"] for block in _blocks(lease)), default=0)


def _numbers(lease: dict[str, object]) -> chain[int]:
    reserve = lease["reserve"]
    assert isinstance(reserve, dict)
    blocks = [*reversed(_blocks(lease)), reserve]
    return chain.from_iterable(range(block["first"], block["last"] + 1) for block in blocks)
