"""What the waiting room may know, built whole from the database."""

from datetime import datetime, timedelta

from contract.messages import Board, Call, Desk, Line, Opening, Texts
from contract.symbols import symbol_of
from queue_server.domain.days import day_of, end_of_day
from queue_server.domain.states import State
from queue_server.storage.calls import MadeCall, latest_calls
from queue_server.storage.database import Reading
from queue_server.storage.sites import site_by_id
from queue_server.storage.tickets import count_waiting, numbers_in

STAY = timedelta(minutes=3)
"""A call stays readable at least this long, whatever becomes of the ticket."""
MOST_CALLS = 12


def build_board(session: Reading, site_id: int, now: datetime) -> Board:
    """Build the board of a site at an instant."""
    site = site_by_id(session, site_id)
    day = day_of(now, site.time_zone)
    calls = latest_calls(session, site_id, day, MOST_CALLS, now - STAY)
    return Board(
        site=site.code,
        revision=site.revision,
        at=now,
        waiting=count_waiting(session, site_id, day),
        calls=[_shown(call) for call in calls if _stays(call, now)],
        expected=[str(number) for number in numbers_in(session, site_id, day, State.NOT_THERE_YET)],
        opening=Opening.model_validate({"state": site.opening, "time_zone": site.time_zone}),
        line=Line.model_validate({"state": site.line}),
        texts=Texts(name=site.name, address=site.address),
    )


def next_change(board: Board, now: datetime) -> float:
    """Return in how many seconds this board changes without any action: a call leaves it, or the day ends."""
    ends = [call.at + STAY for call in board.calls if call.at + STAY > now]
    return (min([*ends, end_of_day(now, board.opening.time_zone)]) - now).total_seconds()


def _stays(call: MadeCall, now: datetime) -> bool:
    return call.at > now - STAY or call.state == State.CALLED


def _shown(call: MadeCall) -> Call:
    desk = Desk.model_validate({"word": call.word, "mark": call.mark, "arrow": call.arrow})
    return Call(id=call.id, label=str(call.number), symbol=symbol_of(call.number), desk=desk, at=call.at)
