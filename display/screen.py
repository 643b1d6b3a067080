"""What to show, from the boards that came and what was announced: pure, and the heart of this room.

Every new call is announced once, in the order of its instant, none skipped: a burst makes a queue. The large
call is the one being announced; it keeps its place until another is announced or it leaves the board.
``now`` is a monotonic clock in seconds; ``at`` is this machine's civil clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from uuid import UUID

from contract.messages import Board, Call
from display.pace import Pace

RECENT_SHOWN = 3
IDS_KEPT = 400


@dataclass(frozen=True)
class Screen:
    """What the room sees: the large call, the last ones newest first, who is expected at the desk."""

    large: Call | None
    recent: tuple[Call, ...]
    expected: tuple[str, ...]
    waiting: int

    @property
    def lit(self) -> UUID | None:
        """The call that may be lit, flashed and said; an undone one may not."""
        return None if self.large is None or self.large.withdrawn else self.large.id


@dataclass(frozen=True)
class Queued:
    """A call that waits to be announced, and when it was heard of."""

    call: Call
    heard: float


@dataclass(frozen=True)
class Large:
    """The call in the large place. ``until`` is the end of its announcement: unknown is infinite."""

    call: Call
    since: float
    until: float


@dataclass(frozen=True)
class Hall:
    """All that the waiting room has been shown and told; every method returns the hall that follows."""

    pace: Pace = field(default_factory=Pace)
    board: Board | None = None
    large: Large | None = None
    queue: tuple[Queued, ...] = ()
    known: tuple[UUID, ...] = ()

    def hear(self, board: Board, at: datetime, now: float) -> "Hall":
        """Take a new board in: its new calls join the queue, undone and replaced ones leave it."""
        queue = _still_due(self.queue, board) + [Queued(call, now) for call in self._new(board, at)]
        hall = replace(
            self,
            board=board,
            queue=_one_per_number(sorted(queue, key=lambda queued: _order(queued.call))),
            known=_bounded(self.known, board),
        )
        return replace(hall, large=hall._large_after(board, now, first=self.board is None))

    def due(self, now: float) -> Call | None:
        """Return the call to announce now, if the place is free."""
        free = self.large is None or now >= self.large.until
        return self.queue[0].call if self.queue and free else None

    def begin(self, now: float) -> "Hall":
        """Give the large place to the first of the queue: its announcement starts."""
        return replace(self, large=Large(self.queue[0].call, now, inf), queue=self.queue[1:])

    def lasting(self, call: UUID, seconds: float) -> "Hall":
        """Say how long the announcement of ``call`` lasts, counted from its beginning."""
        if self.large is None or self.large.call.id != call or self.large.until != inf:
            return self
        return replace(self, large=replace(self.large, until=self.large.since + seconds))

    def resume(self, now: float) -> "Hall":
        """After a time without page or news: no longer announce what is too old, people were fetched."""
        recent = tuple(queued for queued in self.queue if now - queued.heard <= self.pace.too_old)
        return replace(self, queue=recent)

    def next_change(self, now: float) -> float:
        """Return in how many seconds time alone may change something: 0 or more, or infinite."""
        if self.large is None:
            return inf
        ends = (self.large.until, self.large.since + self.pace.large)
        return min((end - now for end in ends if end > now), default=inf)

    def screen(self, now: float) -> Screen:
        """Return what to show now."""
        if self.board is None:
            return Screen(None, (), (), 0)
        large = self._large_now(now)
        others = [call for call in self.board.calls if large is None or call.id != large.id]
        newest = sorted(others, key=_order, reverse=True)[:RECENT_SHOWN]
        return Screen(large, tuple(newest), tuple(self.board.expected), self.board.waiting)

    def _new(self, board: Board, at: datetime) -> list[Call]:
        """Return the calls never seen, undone ones and those too old to be announced apart."""
        # Ages are taken on the server's clock, so that a wrong clock here silences nothing. Only the first
        # board also looks at ours: a server may give, hours later, the board of its last change.
        first = self.board is None
        reference = max(board.at, at) if first else board.at
        oldest = self.pace.too_old_at_start if first else self.pace.too_old
        unseen = (call for call in board.calls if call.id not in self.known and not call.withdrawn)
        return [call for call in unseen if (reference - call.at).total_seconds() <= oldest]

    def _large_after(self, board: Board, now: float, first: bool) -> Large | None:
        if first and not self.queue:
            return _without_announcement(board, now)
        if self.large is None:
            return None
        call = next((call for call in board.calls if call.id == self.large.call.id), None)
        if call is None:
            return self._gone(self.large, now)
        if call.withdrawn and not self.large.call.withdrawn:
            return Large(call, now, now + self.pace.withdrawn)
        return replace(self.large, call=call)

    def _gone(self, large: Large, now: float) -> Large:
        """Cut the announcement of a call that a recall replaces: it could name the wrong desk."""
        recalled = any(queued.call.label == large.call.label for queued in self.queue)
        return replace(large, until=min(large.until, now)) if recalled else large

    def _large_now(self, now: float) -> Call | None:
        if self.large is None or self.board is None:
            return None
        if now >= self.large.until and self.large.call.label in self.board.expected:
            return None  # nobody came: the reception expects them, the light would call them elsewhere
        on_board = any(call.id == self.large.call.id for call in self.board.calls)
        kept = now < max(self.large.until, self.large.since + self.pace.large)
        return self.large.call if on_board or kept else None


def _order(call: Call) -> tuple[datetime, str]:
    return call.at, str(call.id)


def _still_due(queue: Iterable[Queued], board: Board) -> list[Queued]:
    """Drop undone calls; one that left the board unsaid keeps its turn."""
    told = {call.id: call for call in board.calls}
    current = [replace(queued, call=told.get(queued.call.id, queued.call)) for queued in queue]
    return [queued for queued in current if not queued.call.withdrawn]


def _one_per_number(queue: list[Queued]) -> tuple[Queued, ...]:
    """Keep the last call of each number: a recall replaces the call it repeats."""
    last = {queued.call.label: queued for queued in queue}
    return tuple(queued for queued in queue if last[queued.call.label] is queued)


def _bounded(known: tuple[UUID, ...], board: Board) -> tuple[UUID, ...]:
    """Remember the ids of the board, and enough older ones for a board that goes back."""
    present = dict.fromkeys(call.id for call in board.calls)
    older = [identity for identity in known if identity not in present]
    return (*older[-IDS_KEPT:], *present)


def _without_announcement(board: Board, now: float) -> Large | None:
    """Find again the large call of before this program started, silently."""
    standing = [call for call in board.calls if not call.withdrawn]
    newest = max(standing, key=_order, default=None)
    return None if newest is None else Large(newest, now, now)
