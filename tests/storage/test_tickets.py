"""Tickets: a number once a day, one person per agent, one winner per claim, and a line in order."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from queue_server.domain.line import Place
from queue_server.domain.states import State
from queue_server.storage.database import Writing
from queue_server.storage.tables import Ticket
from queue_server.storage.tickets import Claim, claim, count_waiting, line, ticket_by_id, tickets_in
from tests.cast import (
    AMINA,
    JOEL,
    NINE,
    TUESDAY,
    Reception,
    add_agent,
    fill_the_room,
    keep_ticket,
    open_reception,
)

AT_ONCE = 8


def call_to(ticket: UUID, agent_id: int) -> Claim:
    return Claim(ticket, State.WAITING, State.CALLED, step=None, agent_id=agent_id)


def in_line(reception: Reception) -> list[Place]:
    with reception.database.reading() as session:
        return list(line(session, reception.site.id, TUESDAY))


def test_a_number_is_given_once_a_day(reception: Reception) -> None:
    fill_the_room(reception, 1)
    with pytest.raises(IntegrityError), reception.database.writing() as session:
        keep_ticket(session, reception, 1)


def test_two_sites_may_give_the_same_number(reception: Reception) -> None:
    fill_the_room(reception, 1)
    fill_the_room(open_reception(reception.database, code="mds-two", suffix="-two"), 1)
    with reception.database.reading() as session:
        assert list(session.exec(select(Ticket.number))) == [1, 1]


def test_one_agent_holds_at_most_one_person(reception: Reception) -> None:
    one, other = fill_the_room(reception, 2)
    amina = reception.agent(AMINA).id
    with reception.database.writing() as session:
        assert claim(session, call_to(one, amina))
    with pytest.raises(IntegrityError), reception.database.writing() as session:
        claim(session, call_to(other, amina))


def test_a_claim_of_what_has_changed_is_lost(reception: Reception) -> None:
    (ticket,) = fill_the_room(reception, 1)
    amina, joel = reception.agent(AMINA).id, reception.agent(JOEL).id
    with reception.database.writing() as session:
        assert claim(session, call_to(ticket, amina))
        assert not claim(session, call_to(ticket, joel))
        kept = ticket_by_id(session, ticket)
    assert kept is not None
    assert (kept.state, kept.agent_id, kept.step) == (State.CALLED, amina, 1)


def test_a_claim_that_saw_an_older_step_is_lost(reception: Reception) -> None:
    (ticket,) = fill_the_room(reception, 1)
    amina = reception.agent(AMINA).id
    called = Claim(ticket, State.CALLED, State.CALLED, step=1, agent_id=amina)
    with reception.database.writing() as session:
        assert claim(session, call_to(ticket, amina))
        assert claim(session, called)
        assert not claim(session, called)


def test_of_those_who_claim_at_once_one_wins(reception: Reception) -> None:
    (ticket,) = fill_the_room(reception, 1)
    with reception.database.writing() as session:
        agents = [_one_more(session, reception, rank) for rank in range(AT_ONCE)]
    won = _at_once([partial(_claim, reception, ticket, agent) for agent in agents])
    assert sorted(won) == [False] * (AT_ONCE - 1) + [True]
    with reception.database.reading() as session:
        kept = ticket_by_id(session, ticket)
    assert kept is not None
    assert kept.agent_id == agents[won.index(True)]


def _one_more(session: Writing, reception: Reception, rank: int) -> int:
    return add_agent(session, reception.site, f"agent{rank}", f"Agent {rank}").id


def _claim(reception: Reception, ticket: UUID, agent_id: int) -> bool:
    with reception.database.writing() as session:
        return claim(session, call_to(ticket, agent_id))


def _at_once(work: list[Callable[[], bool]]) -> list[bool]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(each) for each in work]]


def test_the_line_is_in_the_order_of_places_whatever_the_order_of_delivery(reception: Reception) -> None:
    arrivals = [NINE + timedelta(seconds=second // 3) for second in range(60)]
    random.Random(3).shuffle(arrivals)
    with reception.database.writing() as session:
        kept = [
            Place(at, keep_ticket(session, reception, number, at)) for number, at in enumerate(arrivals, 1)
        ]
    assert in_line(reception) == sorted(kept)


def test_equal_instants_are_settled_by_the_ticket_the_same_on_both_engines(reception: Reception) -> None:
    low, high = UUID(int=1), UUID(int=2**128 - 1)
    middle = sorted(uuid4() for _ in range(5))
    with reception.database.writing() as session:
        for number, ticket in enumerate([high, *reversed(middle), low], 1):
            keep_ticket(session, reception, number, NINE, ticket_id=ticket)
    assert [place.ticket for place in in_line(reception)] == [low, *middle, high]


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_only_those_who_wait_are_in_line(reception: Reception, state: State) -> None:
    (waiting,) = fill_the_room(reception, 1)
    with reception.database.writing() as session:
        keep_ticket(session, reception, 2, NINE, state)
    assert [place.ticket for place in in_line(reception)] == [waiting]
    with reception.database.reading() as session:
        assert count_waiting(session, reception.site.id, TUESDAY) == 1
        assert [ticket.number for ticket in tickets_in(session, reception.site.id, TUESDAY, state)] == [2]


def test_yesterday_is_not_in_line(reception: Reception) -> None:
    fill_the_room(reception, 1)
    with reception.database.reading() as session:
        assert not list(line(session, reception.site.id, TUESDAY + timedelta(days=1)))
