"""The touch page in a browser: what stays on the screen while the program behind it comes back."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.app import create_app
from tests.browser import opened_browser
from tests.doubles import served
from tests.kiosk.cast import settings

AWAY = httpx.MockTransport(lambda _request: httpx.Response(503))
LOOKS_MS = 3_000
"""Longer than the two seconds between two looks of the page."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, closed with this module: others run loops of their own."""
    with opened_browser("--no-sandbox", "--disable-gpu") as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def test_a_number_stays_on_the_screen_when_the_program_has_started_again(page: Page, tmp_path: Path) -> None:
    app = create_app(settings(tmp_path), AWAY)
    with served(app) as address:
        page.goto(address)
        page.locator("#touch").click()
        expect(page.locator(".digits")).to_have_text("9000")
        page.wait_for_timeout(LOOKS_MS)
        app.state.kiosk.gesture.shown = None  # what a program that has just started has to show
        page.wait_for_timeout(LOOKS_MS)
        expect(page.locator(".digits")).to_have_text("9000")
        expect(page.locator("body")).to_have_attribute("data-view", "taken")


def test_a_number_that_goes_between_look_and_answer_stays_too(page: Page, tmp_path: Path) -> None:
    with served(create_app(settings(tmp_path), AWAY)) as address:
        page.route("**/ticket", lambda route: route.fulfill(status=204))
        page.goto(address)
        page.locator("#touch").click()
        page.wait_for_timeout(LOOKS_MS)
        expect(page.locator(".digits")).to_have_text("9000")


def test_a_tap_that_fails_never_leaves_the_next_person_with_the_number_before(
    page: Page, tmp_path: Path
) -> None:
    with served(create_app(settings(tmp_path), AWAY)) as address:
        page.goto(address)
        page.locator("#touch").click()
        expect(page.locator(".digits")).to_have_text("9000")
        page.route("**/tap", lambda route: route.fulfill(status=503))
        page.wait_for_timeout(4_200)  # sooner, it is the same finger
        page.locator("#touch").click()
        expect(page.locator("body")).to_have_attribute("data-view", "away")
        page.wait_for_timeout(LOOKS_MS)
        expect(page.locator("body")).to_have_attribute("data-view", "away")
