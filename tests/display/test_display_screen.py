"""What the room is shown and told, whatever the boards that come."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contract.messages import Call
from display.pace import Pace
from display.screen import RECENT_SHOWN, Hall

from .waiting_room import MORNING, board, call, soon, undone

SAID = 8.0  # seconds of one announcement in these tests
PACE = Pace()


def announced(hall: Hall, now: float) -> Hall:
    """Begin what is due and give it its length, as the announcer does."""
    due = hall.due(now)
    assert due is not None
    return hall.begin(now).lasting(due.id, SAID)


def opened() -> Hall:
    """Return a hall that has seen an empty board."""
    return Hall(PACE).hear(board(), MORNING, 0)


def test_nothing_called_shows_nothing() -> None:
    screen = opened().screen(0)
    assert (screen.large, screen.recent, screen.expected, screen.lit) == (None, (), (), None)


def test_before_the_first_board_nothing_is_claimed() -> None:
    assert Hall(PACE).screen(0).large is None


def test_a_new_call_is_in_the_list_at_once_and_large_when_it_is_said() -> None:
    hall = opened().hear(board(call(47)), MORNING, 1)
    assert [shown.label for shown in hall.screen(1).recent] == ["47"]
    hall = announced(hall, 1)
    assert hall.screen(1).lit == call(47).id
    assert hall.screen(1).recent == ()


def test_the_same_board_twice_says_nothing_twice() -> None:
    hall = announced(opened().hear(board(call(47)), MORNING, 1), 1)
    again = hall.hear(board(call(47)), MORNING, 20)
    assert again.due(20) is None
    assert again.screen(20).lit == call(47).id, "alone, it stays large"


def test_a_recall_is_said_again_and_cuts_what_it_replaces() -> None:
    hall = announced(opened().hear(board(call(47, desk="3")), MORNING, 1), 1)
    recall = call(47, soon(3), desk="5", identity=470)
    hall = hall.hear(board(recall), MORNING, 4)
    assert hall.due(4) == recall, "the first saying names a desk that is no longer true"


def test_a_call_replaced_before_it_was_said_is_said_once() -> None:
    first, recall = call(47), call(47, soon(3), desk="5", identity=470)
    hall = announced(opened().hear(board(call(46, soon(-1)), first), MORNING, 1), 1)
    hall = hall.hear(board(recall, call(46, soon(-1))), MORNING, 4)
    assert [queued.call for queued in hall.queue] == [recall]


def test_others_wait_for_both_sayings_and_no_longer() -> None:
    hall = announced(opened().hear(board(call(46), call(47, soon(1))), MORNING, 1), 1)
    assert hall.due(1 + SAID - 0.01) is None
    assert hall.next_change(1 + SAID - 1) == 1
    assert hall.due(1 + SAID) == call(47, soon(1))


def test_as_long_as_the_voice_has_no_known_length_others_wait() -> None:
    hall = opened().hear(board(call(46), call(47, soon(1))), MORNING, 1).begin(1)
    assert hall.due(1000) is None


def test_alone_a_call_stays_large_fifteen_seconds_even_off_the_board() -> None:
    hall = announced(opened().hear(board(call(47)), MORNING, 0), 0).hear(board(), MORNING, 5)
    assert hall.screen(14.9).lit == call(47).id
    assert hall.screen(15).large is None
    assert hall.next_change(9) == 6


def test_on_the_board_a_call_stays_large_until_another() -> None:
    hall = announced(opened().hear(board(call(47)), MORNING, 0), 0)
    assert hall.screen(7200).lit == call(47).id


def test_an_undone_call_goes_out_at_once_and_says_so() -> None:
    hall = announced(opened().hear(board(call(47)), MORNING, 0), 0)
    hall = hall.hear(board(undone(call(47))), MORNING, 3)
    screen = hall.screen(3)
    assert screen.lit is None
    assert screen.large is not None
    assert screen.large.withdrawn


def test_after_an_undone_call_others_wait_a_moment_only() -> None:
    hall = announced(opened().hear(board(call(46), call(47, soon(1))), MORNING, 0), 0)
    hall = hall.hear(board(undone(call(46)), call(47, soon(1))), MORNING, 3)
    assert hall.due(3) is None
    assert hall.due(3 + PACE.withdrawn) == call(47, soon(1))


def test_a_call_undone_before_it_was_said_is_never_said() -> None:
    hall = opened().hear(board(call(47)), MORNING, 0).hear(board(undone(call(47))), MORNING, 1)
    assert hall.due(1000) is None
    assert [shown.withdrawn for shown in hall.screen(1).recent] == [True]


def test_at_the_start_old_calls_are_shown_and_not_said() -> None:
    old, fresh = call(46, soon(-31)), call(47, soon(-5))
    assert Hall(PACE).hear(board(old), MORNING, 0).due(0) is None
    assert Hall(PACE).hear(board(old), MORNING, 0).screen(0).lit == old.id
    both = Hall(PACE).hear(board(old, fresh), MORNING, 0)
    assert [queued.call for queued in both.queue] == [fresh]


def test_at_the_start_a_board_kept_for_hours_is_not_said() -> None:
    hall = Hall(PACE).hear(board(call(47)), soon(7200), 0)
    assert hall.due(0) is None


def test_after_a_cut_calls_of_the_cut_are_said_but_not_those_of_long_ago() -> None:
    hall = opened().hear(board(call(46, soon(10)), call(47, soon(580)), at=soon(600)), MORNING, 600)
    assert [queued.call.label for queued in hall.queue] == ["47"]


def test_a_wrong_clock_here_silences_nothing() -> None:
    hall = opened().hear(board(call(47, soon(60)), at=soon(60)), soon(86_400), 60)
    assert hall.due(60) == call(47, soon(60))


def test_what_waited_too_long_for_a_page_is_dropped_and_the_rest_kept() -> None:
    hall = opened().hear(board(call(46)), MORNING, 0).hear(board(call(46), call(47, soon(170))), MORNING, 170)
    assert [queued.call.label for queued in hall.resume(181).queue] == ["47"]


def test_a_board_that_goes_back_says_nothing_twice() -> None:
    hall = announced(opened().hear(board(call(47)), MORNING, 0), 0)
    hall = hall.hear(board(), MORNING, 20).hear(board(call(47)), MORNING, 40)
    assert hall.queue == ()


def test_five_hundred_calls_show_the_last_three_and_are_remembered() -> None:
    many = [call(number, soon(number / 10)) for number in range(1, 501)]
    hall = opened().hear(board(*many, at=soon(60)), MORNING, 60)
    assert len(hall.queue) == 500
    assert [shown.label for shown in hall.screen(60).recent] == ["500", "499", "498"]
    assert hall.hear(board(*many, at=soon(60)), MORNING, 61).queue == hall.queue


def test_the_memory_of_calls_does_not_grow_for_ever() -> None:
    hall = opened()
    for number in range(2000):
        hall = hall.hear(board(call(number + 1, soon(number)), at=soon(number)), MORNING, number)
        hall = hall.begin(number)
    assert len(hall.known) < 500


@dataclass
class Day:
    """A server and an announcer, played in steps; it writes down what was said and when."""

    hall: Hall = field(default_factory=opened)
    now: float = 0
    calls: list[Call] = field(default_factory=list)
    said: list[tuple[float, Call]] = field(default_factory=list)
    replaced: set[UUID] = field(default_factory=set)
    undone: set[UUID] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def step(self, seconds: float, action: str) -> None:
        self.wait(seconds)
        if action == "call":
            self.ring(next(self.numbers))
        elif self.calls:
            getattr(self, action)()
        self.hall = self.hall.hear(board(*self.calls, at=soon(self.now)), MORNING, self.now)
        self.check_the_list()
        self.announce()

    def ring(self, number: int) -> None:
        self.calls.append(call(number, soon(self.now), identity=next(self.numbers)))

    def recall(self) -> None:
        old = self.calls.pop(0)
        self.replaced.add(old.id)
        self.ring(int(old.label))

    def withdraw(self) -> None:
        self.calls[-1] = undone(self.calls[-1])
        self.undone.add(self.calls[-1].id)

    def forget(self) -> None:
        self.calls.pop(0)

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (change := self.hall.next_change(self.now)) <= end - self.now:
            self.now += change
            self.announce()
        self.now = end

    def announce(self) -> None:
        due = self.hall.due(self.now)
        if due is not None:
            self.hall = announced(self.hall, self.now)
            self.said.append((self.now, due))
        self.check_the_light()

    def check_the_light(self) -> None:
        """While a call is being said, it is the lit one, or nothing is."""
        if self.said and self.now < self.said[-1][0] + SAID:
            began = self.said[-1][1]
            assert self.hall.screen(self.now).lit == (None if began.id in self.undone else began.id)

    def check_the_list(self) -> None:
        screen = self.hall.screen(self.now)
        newest = sorted(self.calls, key=lambda made: (made.at, str(made.id)), reverse=True)[:RECENT_SHOWN]
        large = () if screen.large is None else (screen.large.id,)
        assert {made.id for made in newest} <= {*large, *(made.id for made in screen.recent)}


steps = st.lists(
    st.tuples(
        st.floats(0.01, 30, allow_nan=False),
        st.sampled_from(("call", "call", "call", "recall", "withdraw", "forget")),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_whatever_happens_no_call_is_lost_doubled_or_out_of_turn(day: list[tuple[float, str]]) -> None:
    played, made = Day(), set[UUID]()
    for seconds, action in day:
        played.step(seconds, action)
        made |= {called.id for called in played.calls}
    played.wait(60 * SAID)
    excused = played.replaced | played.undone
    said = [called.id for _, called in played.said]
    assert len(said) == len(set(said)), "nothing is said twice"
    assert made - excused <= set(said), "nothing is lost"
    turns = [(called.at, str(called.id)) for _, called in played.said]
    assert turns == sorted(turns), "each in its turn"
    for (began, called), (following, _) in pairwise(played.said):
        assert following - began >= SAID - 1e-6 or called.id in excused, "no saying is cut"
