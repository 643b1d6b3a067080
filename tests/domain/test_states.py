"""The table of a ticket's life: what is not in it is refused."""

from itertools import product

import pytest

from queue_server.domain.states import (
    ENDS,
    HELD,
    OPEN,
    TRANSITIONS,
    Action,
    ForbiddenTransitionError,
    State,
    next_state,
)

VISIT = {
    ("waiting", "call"): "called",
    ("called", "recall"): "called",
    ("called", "not_there"): "not_there_yet",
    ("not_there_yet", "call"): "called",
    ("called", "receive"): "with_agent",
    ("with_agent", "finish"): "received",
}
"""The visit of the design, written a second time: a line lost from the table is seen here."""


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_an_action_leads_where_the_design_says_or_is_refused(state: State, action: Action) -> None:
    target = VISIT.get((state.value, action.value))
    if target is None:
        with pytest.raises(ForbiddenTransitionError) as refused:
            next_state(state, action)
        assert (refused.value.state, refused.value.action) == (state, action)
    else:
        assert next_state(state, action) == target


def test_only_the_end_of_an_interview_ends_a_ticket() -> None:
    assert {action for (_, action), target in TRANSITIONS.items() if target in ENDS} == {Action.FINISH}


def test_nothing_leaves_an_end() -> None:
    assert not [state for state, _ in TRANSITIONS if state in ENDS]


def test_someone_who_is_not_there_yet_can_only_be_called() -> None:
    assert {action for state, action in TRANSITIONS if state is State.NOT_THERE_YET} == {Action.CALL}


def test_a_ticket_is_open_until_its_end() -> None:
    assert set(State) == OPEN | ENDS
    assert not OPEN & ENDS


def test_an_agent_holds_who_is_called_and_who_is_received() -> None:
    assert {State.CALLED, State.WITH_AGENT} == HELD


def test_every_state_can_be_reached() -> None:
    assert {State.WAITING, *TRANSITIONS.values()} == set(State)
