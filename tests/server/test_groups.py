"""Tickets that come together are written together, and each is judged as if it had come alone."""

from datetime import timedelta

import pytest

from contract.messages import TicketTaken
from queue_server.actions.issuing import (
    Accepted,
    Delivery,
    NumberIsTakenError,
    NumberNotYoursError,
    Outcome,
    TicketDiffersError,
)
from queue_server.actions.queue import QueueActions
from tests.cast import NINE, Reception, a_ticket
from tests.doubles import Clock
from tests.server.kept import journal_of, numbers_of, tickets_of

Told = list[int]


@pytest.fixture
def told() -> Told:
    """The sites whose news was told, in order."""
    return []


@pytest.fixture
def actions(reception: Reception, clock: Clock, told: Told) -> QueueActions:
    """The actions of a reception whose kiosk has numbers."""
    made = QueueActions(reception.database, told.append, clock)
    made.lease(reception.kiosk)
    return made


def take(actions: QueueActions, reception: Reception, *tickets: TicketTaken) -> list[Outcome]:
    """Deliver tickets together."""
    deliveries = [Delivery(reception.kiosk, ticket) for ticket in tickets]
    return actions.take_tickets(reception.site.id, deliveries)


def test_a_group_is_kept_whole_and_told_once(actions: QueueActions, reception: Reception, told: Told) -> None:
    outcomes = take(actions, reception, *(a_ticket(number) for number in (1, 2, 3)))
    assert [isinstance(outcome, Accepted) and outcome.is_new for outcome in outcomes] == [True] * 3
    assert numbers_of(reception.database) == [1, 2, 3]
    assert [row.revision for row in journal_of(reception.database)] == [1, 2, 3]
    assert told == [reception.site.id]


def test_the_same_ticket_twice_in_a_group_is_one(actions: QueueActions, reception: Reception) -> None:
    ticket = a_ticket(1)
    outcomes = take(actions, reception, ticket, ticket)
    assert [isinstance(outcome, Accepted) and outcome.is_new for outcome in outcomes] == [True, False]
    assert numbers_of(reception.database) == [1]


def test_one_number_for_two_people_of_a_group_is_the_first_ones(
    actions: QueueActions, reception: Reception
) -> None:
    first, second = take(actions, reception, a_ticket(1), a_ticket(1))
    assert isinstance(first, Accepted)
    assert isinstance(second, NumberIsTakenError)
    assert numbers_of(reception.database) == [1]


def test_one_id_for_two_numbers_of_a_group_is_the_first_ones(
    actions: QueueActions, reception: Reception
) -> None:
    ticket = a_ticket(1)
    outcomes = take(actions, reception, ticket, ticket.model_copy(update={"number": 2}))
    assert isinstance(outcomes[1], TicketDiffersError)
    assert numbers_of(reception.database) == [1]


def test_what_is_refused_does_not_spoil_the_group(actions: QueueActions, reception: Reception) -> None:
    outcomes = take(actions, reception, a_ticket(499), a_ticket(1), a_ticket(9001), a_ticket(2))
    assert [type(outcome) for outcome in outcomes] == [
        NumberNotYoursError, Accepted, NumberIsTakenError, Accepted,
    ]  # fmt: skip
    assert numbers_of(reception.database) == [1, 2]


def test_a_refused_id_may_come_again_with_a_good_number(actions: QueueActions, reception: Reception) -> None:
    ticket = a_ticket(499)
    outcomes = take(actions, reception, ticket, ticket.model_copy(update={"number": 1}))
    assert isinstance(outcomes[1], Accepted)
    assert numbers_of(reception.database) == [1]


def test_numbers_of_a_group_keep_their_order_when_the_clock_steps_back(
    actions: QueueActions, reception: Reception
) -> None:
    take(actions, reception, a_ticket(1, NINE), a_ticket(2, NINE - timedelta(hours=1)))
    first, second = tickets_of(reception.database)
    assert first.arrived_at == second.arrived_at == NINE


def test_the_book_is_topped_up_as_the_group_goes(actions: QueueActions, reception: Reception) -> None:
    outcomes = take(actions, reception, *(a_ticket(number) for number in range(1, 9)))
    last = outcomes[-1]
    assert isinstance(last, Accepted)
    assert last.answer.lease is not None
    assert last.answer.lease.ranges[-1].last >= 12
