"""The life of a ticket: states, actions, and the one table that joins them.

Nothing ends by itself, by count or by time: someone who is not there yet keeps the place all day.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    NOT_THERE_YET = "not_there_yet"
    WITH_AGENT = "with_agent"
    RECEIVED = "received"


class Action(StrEnum):
    """What is done to a ticket. ``TAKE`` is its birth; every other one is a line of the table."""

    TAKE = "take"
    CALL = "call"
    RECALL = "recall"
    NOT_THERE = "not_there"
    RECEIVE = "receive"
    FINISH = "finish"


TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.WAITING, Action.CALL): State.CALLED,
    (State.CALLED, Action.RECALL): State.CALLED,
    (State.CALLED, Action.NOT_THERE): State.NOT_THERE_YET,
    (State.NOT_THERE_YET, Action.CALL): State.CALLED,
    (State.CALLED, Action.RECEIVE): State.WITH_AGENT,
    (State.WITH_AGENT, Action.FINISH): State.RECEIVED,
}

ENDS = frozenset({State.RECEIVED})
OPEN = frozenset(State) - ENDS
HELD = frozenset({State.CALLED, State.WITH_AGENT})
"""States in which a ticket is an agent's: one agent holds at most one such ticket."""


class ForbiddenTransitionError(Exception):
    """The table has no such line: the action does not apply to a ticket in this state."""

    def __init__(self, state: State, action: Action) -> None:
        super().__init__(f"{action} does not apply to a ticket that is {state}")
        self.state = state
        self.action = action


def next_state(state: State, action: Action) -> State:
    """Return the state that ``action`` leads to. Raises ForbiddenTransitionError."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise ForbiddenTransitionError(state, action) from None
