"""The book: what is given stays given, whatever happens to the program, the clock or the server."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from house.settings import SettingsError
from kiosk.book import UNDELIVERED, Book, BookSpentError, Ticket, _ticket
from kiosk.book_file import BookHeldError
from kiosk.numbers import SPARE
from tests.kiosk.cast import DAY, MORNING, lease

NEXT_MORNING = MORNING + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.sqlite"


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    with Book(path) as book:
        yield book


def given(book: Book, count: int, at: datetime = MORNING) -> list[int]:
    return [book.issue(at).number for _ in range(count)]


def waiting_in(book: Book) -> list[Ticket]:
    return [_ticket(row) for row in book._disk.execute(f"{UNDELIVERED} ORDER BY place")]


def test_it_gives_the_leased_numbers_then_the_reserve_from_halfway(book: Book) -> None:
    book.take_lease(lease(1, 3))
    assert given(book, 5) == [1, 2, 3, 550, 551]


def test_a_book_that_never_had_a_lease_gives_spare_numbers(book: Book) -> None:
    assert given(book, 2) == [SPARE.first, SPARE.first + 1]


def test_a_new_book_knows_the_reserve_of_the_one_before(book: Book) -> None:
    book.know_reserve(lease().reserve)
    assert given(book, 2) == [550, 551]


def test_from_the_second_day_on_the_reserve_starts_at_its_beginning(book: Book) -> None:
    book.take_lease(lease(1, 1))
    assert given(book, 2) == [1, 550]
    assert given(book, 2, NEXT_MORNING) == [500, 501]


def test_a_lease_replaces_all_ranges_at_once(book: Book) -> None:
    book.take_lease(lease(1, 4))
    given(book, 2)
    book.take_lease(lease(1, 8))
    book.take_lease(lease(1, 8))
    assert given(book, 6) == [3, 4, 5, 6, 7, 8]


def test_numbers_on_their_way_are_not_given_again_when_a_lease_tells_them(book: Book) -> None:
    book.take_lease(lease(1, 8))
    given(book, 3)
    book.take_lease(lease(2, 12))
    assert given(book, 2) == [4, 5]


def test_a_lease_brings_the_book_back_from_a_day_to_come_with_its_tickets(book: Book) -> None:
    book.take_lease(lease(1, 8))
    assert given(book, 2) == [1, 2]
    ahead = book.issue(MORNING + timedelta(days=9))
    book.take_lease(lease(1, 8))
    assert book.day == DAY
    assert waiting_in(book)[-1] == Ticket(ahead.id, DAY, ahead.number, ahead.taken_at)
    assert given(book, 1) == [3]


def test_a_number_that_is_not_free_on_the_day_come_back_to_is_changed(book: Book) -> None:
    book.take_lease(lease(1, 1))
    assert given(book, 2, NEXT_MORNING) == [500, 501]
    book.take_lease(lease(1, 1))
    ahead = book.issue(NEXT_MORNING)
    book._disk.execute("UPDATE tickets SET number = 500 WHERE id = ?", (str(ahead.id),))
    book.take_lease(lease(1, 1))
    assert [(ticket.number, ticket.renumbered) for ticket in waiting_in(book)] == [
        (500, False),
        (501, False),
        (1, True),
    ]


def test_a_book_that_comes_back_knows_which_numbers_it_gave(book: Book) -> None:
    book.take_lease(lease(1, 2))
    before = given(book, 4)
    while (ticket := book.undelivered()) is not None:
        book.mark_delivered(ticket)
    given(book, 2, MORNING + timedelta(days=9))
    book.take_lease(lease(1, 2))
    after = [ticket.number for ticket in waiting_in(book)] + given(book, 2)
    assert len({*before, *after}) == 8


def test_a_lease_of_a_day_before_the_last_one_told_counts_too(book: Book) -> None:
    book.take_lease(lease(1, 4, day=DAY + timedelta(days=3)))
    book.take_lease(lease(20, 24))
    assert (book.day, given(book, 1)) == (DAY, [20])


def test_after_midnight_without_the_server_it_opens_the_next_day(book: Book) -> None:
    book.take_lease(lease(1, 4))
    assert not book.needs_lease(MORNING)
    assert book.needs_lease(NEXT_MORNING)
    assert book.issue(NEXT_MORNING).day == DAY + timedelta(days=1)


def test_a_clock_that_goes_back_changes_no_day_and_no_number(book: Book) -> None:
    book.take_lease(lease(1, 4))
    book.issue(MORNING)
    ticket = book.issue(MORNING - timedelta(days=400))
    assert (ticket.day, ticket.number) == (DAY, 2)


def test_a_ticket_is_on_the_disk_before_it_is_given(path: Path, book: Book) -> None:
    ticket = book.issue(MORNING)
    book.close()
    with Book(path) as again:
        assert again.undelivered() == ticket


def test_tickets_are_delivered_in_the_order_in_which_they_were_given(book: Book) -> None:
    book.take_lease(lease(1, 4))
    first, second = book.issue(MORNING), book.issue(MORNING - timedelta(hours=2))
    assert book.undelivered() == first
    book.mark_delivered(first)
    assert book.undelivered() == second
    assert book.held() == 1


def test_a_ticket_set_aside_lets_the_next_one_pass_and_is_still_held(book: Book) -> None:
    first, second = book.issue(MORNING), book.issue(MORNING)
    book.set_aside(first, "/problems/ticket-differs")
    assert book.undelivered() == second
    assert book.held() == 2


def test_a_ticket_numbered_again_keeps_its_place_and_its_old_number_is_lost(book: Book) -> None:
    book.take_lease(lease(1, 8))
    first = book.issue(MORNING)
    book.issue(MORNING)
    fresh = book.renumber(first)
    assert fresh == Ticket(first.id, first.day, 3, first.taken_at, renumbered=True)
    assert book.undelivered() == fresh
    assert given(book, 1) == [4]


def test_a_ticket_of_yesterday_is_numbered_again_within_yesterday(book: Book) -> None:
    book.take_lease(lease(1, 8))
    late = book.issue(MORNING)
    book.take_lease(lease(1, 8, day=DAY + timedelta(days=1)))
    fresh = book.renumber(late)
    assert fresh is not None
    assert (fresh.day, fresh.number) == (DAY, 500)


def test_delivered_numbers_are_forgotten_when_the_day_is_over(path: Path, book: Book) -> None:
    book.mark_delivered(book.issue(MORNING))
    book.issue(NEXT_MORNING)
    book.close()
    with closing(sqlite3.connect(path)) as disk:
        assert disk.execute("SELECT DISTINCT day FROM spent").fetchall() == [("2031-03-05",)]


def test_a_tap_that_fails_halfway_has_spent_nothing(book: Book) -> None:
    book._disk.execute(
        "CREATE TRIGGER full BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(sqlite3.Error):
        book.issue(MORNING)
    book._disk.execute("DROP TRIGGER full")
    assert given(book, 1) == [SPARE.first]


def test_a_book_with_no_number_left_says_so(book: Book) -> None:
    book._disk.executemany(
        "INSERT INTO spent VALUES (?, ?)", [(DAY.isoformat(), n) for n in range(SPARE.first, SPARE.last + 1)]
    )
    with pytest.raises(BookSpentError):
        book.issue(MORNING)
    assert book.held() == 0


def test_a_second_program_on_one_book_refuses_with_one_line(path: Path, book: Book) -> None:
    opening = f"from kiosk.book import Book; from pathlib import Path; Book(Path({str(path)!r}))"
    second = subprocess.run([sys.executable, "-c", opening], capture_output=True, text=True, check=False)
    assert "BookHeldError" in second.stderr
    with pytest.raises(BookHeldError) as refusal:
        Book(path)
    assert "PORTE_OUVERTE_KIOSK_DATA" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_folder_that_cannot_hold_a_book_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="PORTE_OUVERTE_KIOSK_DATA"):
        Book(tmp_path / "file" / "book.sqlite")


def test_a_file_that_is_no_book_is_one_line_and_stays_as_it_was(path: Path) -> None:
    path.write_bytes(b"something else entirely, and long enough to be read" * 40)
    with pytest.raises(SettingsError, match="PORTE_OUVERTE_KIOSK_DATA"):
        Book(path)
    assert path.read_bytes().startswith(b"something else")


def test_a_program_killed_right_after_an_answer_has_lost_nothing(path: Path) -> None:
    code = (
        "import os; from pathlib import Path; from datetime import datetime; from kiosk.book import Book\n"
        f"book = Book(Path({str(path)!r}))\n"
        f"numbers = [book.issue(datetime.fromisoformat({MORNING.isoformat()!r})).number for _ in range(20)]\n"
        "print(*numbers, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    told = [int(number) for number in killed.stdout.split()]
    with Book(path) as book:
        assert book.held() == len(told) == 20
        assert book.issue(MORNING).number == told[-1] + 1


class BookInUse(RuleBasedStateMachine):
    """Taps, leases, deliveries, clocks that lie and power cuts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "book.sqlite"
        self.book = Book(self.path)
        self.told = DAY
        self.waiting: list[Ticket] = []
        self.numbers: set[tuple[date, int]] = set()
        self.days: list[date] = []

    @rule(days=st.integers(-3, 40))
    def tap(self, days: int) -> None:
        ticket = self.book.issue(MORNING + timedelta(days=days))
        assert (ticket.day, ticket.number) not in self.numbers
        self.numbers.add((ticket.day, ticket.number))
        self.waiting.append(ticket)

    @rule(last=st.integers(1, 30), later=st.integers(0, 2))
    def lease(self, last: int, later: int) -> None:
        self.told += timedelta(days=later)
        self.book.take_lease(lease(1, last, day=self.told, reserve=(500, 520)))
        self._see_what_came_back()

    def _see_what_came_back(self) -> None:
        waiting = waiting_in(self.book)
        assert [ticket.id for ticket in waiting] == [ticket.id for ticket in self.waiting]
        assert all(ticket.day <= self.told for ticket in waiting)
        back = [(now.day, now.number) for now, was in zip(waiting, self.waiting, strict=True) if now != was]
        assert not self.numbers.intersection(back)
        assert len(set(back)) == len(back)
        self.numbers.update(back)
        self.waiting = waiting

    @rule()
    def deliver(self) -> None:
        ticket = self.book.undelivered()
        assert ticket == (self.waiting[0] if self.waiting else None)
        if ticket is not None:
            self.book.mark_delivered(ticket)
            self.waiting.pop(0)

    @rule()
    def number_again(self) -> None:
        if self.waiting and (fresh := self.book.renumber(self.waiting[0])) is not None:
            assert (fresh.day, fresh.number) not in self.numbers
            self.numbers.add((fresh.day, fresh.number))
            self.waiting[0] = fresh

    @rule()
    def cut_the_power_in_the_middle_of_a_tap(self) -> None:
        self.book._disk.execute("BEGIN IMMEDIATE")
        self.book._spend(self.book.day or DAY)
        self.book.close()
        self.book = Book(self.path)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.book.held() == len(self.waiting)

    def teardown(self) -> None:
        self.book.close()
        self.folder.cleanup()


BookInUse.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestBookInUse = BookInUse.TestCase
