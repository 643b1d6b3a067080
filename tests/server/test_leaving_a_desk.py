"""Leaving a desk while someone arrives: nobody is called to an empty desk, on any engine."""

import threading

from sqlmodel import select

from queue_server.actions.calling import NoDeskError
from queue_server.actions.queue import QueueActions, StillWithSomeoneError
from queue_server.domain.states import State
from queue_server.storage.database import Database
from queue_server.storage.presences import presence_of
from queue_server.storage.tables import Membership, Ticket
from queue_server.storage.tickets import held_by
from tests.cast import AMINA, Reception, a_ticket, open_reception
from tests.doubles import Clock

ROUNDS = 25


def test_nobody_is_called_to_a_desk_that_is_being_left(reception: Reception, clock: Clock) -> None:
    actions = QueueActions(reception.database, lambda _site: None, clock)
    amina, desk = reception.agent(AMINA), reception.desks[0]
    for number in range(1, ROUNDS + 1):
        actions.choose_desk(amina, desk.id)
        actions.become_available(amina, reception.site.id)
        together(lambda: leave(actions, reception), lambda n=number: arrive(actions, reception, n))
        assert_called_only_at_a_desk(reception.database, amina.id)
        receive_everyone(reception.database)


def test_an_agent_of_two_sites_who_moves_takes_nobody_along(reception: Reception, clock: Clock) -> None:
    actions = QueueActions(reception.database, lambda _site: None, clock)
    amina = reception.agent(AMINA)
    other = open_reception(reception.database, code="mds-two", suffix="-two")
    with reception.database.writing() as session:
        session.add(Membership(agent_id=amina.id, site_id=other.site.id))
    actions.choose_desk(amina, reception.desks[0].id)
    actions.choose_desk(amina, other.desks[0].id)
    arrive(actions, reception, 1)
    for site in (reception.site.id, other.site.id):
        try:
            called = actions.become_available(amina, site)
        except NoDeskError:
            called = False
        assert called is False
    with reception.database.reading() as session:
        assert held_by(session, amina.id) is None


def leave(actions: QueueActions, reception: Reception) -> None:
    try:
        actions.leave_desk(reception.agent(AMINA))
    except StillWithSomeoneError:
        return


def arrive(actions: QueueActions, reception: Reception, number: int) -> None:
    actions.take_ticket(reception.kiosk, a_ticket(number=500 + number))


def together(*works: object) -> None:
    gate = threading.Barrier(len(works))
    threads = [threading.Thread(target=lambda work=work: (gate.wait(), work())) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_called_only_at_a_desk(database: Database, agent_id: int) -> None:
    with database.reading() as session:
        if held_by(session, agent_id) is not None:
            assert presence_of(session, agent_id) is not None


def receive_everyone(database: Database) -> None:
    with database.writing() as session:
        for ticket in session.exec(select(Ticket)):
            ticket.state, ticket.agent_id = State.RECEIVED, None
            session.add(ticket)
