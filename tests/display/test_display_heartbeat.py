"""What the server is told of a screen."""

from datetime import UTC, datetime

from contract.messages import Condition
from display.heartbeat import status
from display.pages import Page, Pages


def test_a_screen_nobody_draws_is_offline() -> None:
    told = status(Pages(), Condition.FAULT, datetime(2031, 3, 4, tzinfo=UTC))
    assert (told.screen, told.sound, told.printer) == (Condition.OFFLINE, Condition.FAULT, Condition.NONE)


def test_a_screen_with_a_page_is_ready() -> None:
    pages = Pages()
    pages.join(Page())
    assert status(pages, Condition.READY, datetime(2031, 3, 4, tzinfo=UTC)).screen == Condition.READY
