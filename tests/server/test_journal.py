"""The journal: one row per action, written once, in the order of the site's revisions."""

from typing import Any

from queue_server.storage.tables import JournalRow
from tests.cast import a_ticket
from tests.doubles import AgentBrowser, KioskDouble
from tests.server.conftest import Server
from tests.server.kept import journal_of, tickets_of


def written(rows: list[JournalRow]) -> list[dict[str, Any]]:
    return [row.model_dump() for row in rows]


def test_each_action_adds_one_row_and_changes_none(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    database = server.reception.database
    before = written(journal_of(database))
    steps = [
        lambda: kiosk.deliver(a_ticket(1)), amina.available,
        *(lambda action=action: amina.press(action) for action in ("not_there", "call", "receive", "finish")),
    ]  # fmt: skip
    for step in steps:
        step()
        after = written(journal_of(database))
        assert after[:-1] == before
        before = after
    assert [row["revision"] for row in before] == list(range(1, len(steps) + 1))


def test_replaying_the_journal_gives_the_state(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    for number in range(1, 5):
        kiosk.deliver(a_ticket(number))
    for last in ("receive", "not_there"):
        amina.available()
        amina.press(last)
        if last == "receive":
            amina.press("finish")
    replayed: dict[object, str] = {}
    for row in journal_of(server.reception.database):
        assert row.from_state == replayed.get(row.ticket_id)
        replayed[row.ticket_id] = row.to_state
    assert replayed == {ticket.id: ticket.state for ticket in tickets_of(server.reception.database)}


def test_a_row_says_who_and_where(server: Server, kiosk: KioskDouble, amina: AgentBrowser) -> None:
    kiosk.deliver(a_ticket(1))
    amina.available()
    taken, called = journal_of(server.reception.database)
    assert (taken.agent_id, taken.desk_id) == (None, None)
    assert called.agent_id == server.reception.agent("amina").id
    assert called.desk_id == server.reception.desks[0].id


def test_what_is_refused_leaves_no_row(server: Server, kiosk: KioskDouble, amina: AgentBrowser) -> None:
    kiosk.deliver(a_ticket(499))
    amina.act(a_ticket().id, "receive", 0)
    assert journal_of(server.reception.database) == []
