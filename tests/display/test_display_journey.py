"""The television in a real browser: what the room sees and hears."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from contract.messages import Arrow, Call, Desk, DeskWord
from display.app import create_app
from display.pace import Pace
from display.settings import DisplaySettings
from tests.browser import opened_browser

from .waiting_room import BoardSource, board_source, call, undone

QUICK = Pace(stale=4.5, pulse=0.5)
AUDIBLE = "--autoplay-policy=no-user-gesture-required"
MUTE = "--autoplay-policy=document-user-activation-required"
WATCH = """
window.heard = [];
for (const kind of ["playing", "ended", "pause"])
  document.addEventListener(kind, (e) => heard.push([e.target.id + " " + kind, performance.now()]), true);
document.addEventListener("animationstart", (e) => heard.push([e.animationName, performance.now()]), true);
"""
SCREENS = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)]


class Television:
    """The real program on a free port."""

    def __init__(self, server_url: str, folder: Path, port: int = 0) -> None:
        settings = DisplaySettings(
            server_url=server_url, site="demo", display_token=SecretStr("x"), display_data=folder
        )
        listener = socket.create_server(("127.0.0.1", port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(create_app(settings, QUICK), log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def television(server_url: str, folder: Path, port: int = 0) -> Iterator[Television]:
    running = Television(server_url, folder, port)
    try:
        yield running
    finally:
        running.stop()


def opened(browser: Browser, port: int) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(WATCH)
    page.goto(f"http://127.0.0.1:{port}/")
    expect(page.locator("h1")).to_have_text("MDS")
    return page


def heard(page: Page) -> list[str]:
    return [name for name, _ in page.evaluate("heard")]


def when(page: Page, event: str) -> list[float]:
    return [at for name, at in page.evaluate("heard") if name == event]


def wait_for(happened: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


CUT = """
[...document.querySelectorAll(".panel, .entries li, .past li, header, .stopped, footer")].flatMap((box) => {
  const room = box.getBoundingClientRect();
  return [...box.querySelectorAll(".number, .symbol svg, .desk, .arrow, .place, .where, p, h1")]
    .filter((inner) => inner.checkVisibility())
    .filter((inner) => {
      const shape = inner.getBoundingClientRect();
      return shape.left < room.left - 1 || shape.right > room.right + 1
        || shape.top < room.top - 1 || shape.bottom > room.bottom + 1;
    })
    .map((inner) => `${inner.className || inner.tagName} in ${box.className || box.tagName}`);
})
"""


def cut(page: Page) -> list[str]:
    """Name what does not fit in its box."""
    found: list[str] = page.evaluate(CUT)
    return found


def test_a_call_is_seen_flashed_and_heard_twice(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(AUDIBLE) as browser:
        page = opened(browser, tv.port)
        expect(page.locator(".greeting")).to_contain_text("Nous allons vous appeler.")
        source.show(call(47, datetime.now(UTC)))
        expect(page.locator(".panel.lit .number")).to_have_text("47")
        timing = page.wait_for_function(
            "(() => { const flash = document.querySelector('.panel')?.getAnimations()[0];"
            " if (!flash) return null; const t = flash.effect.getTiming();"
            " return [t.duration, t.iterations]; })()"
        ).json_value()
        assert timing == [800, 2], "two inversions of 400 ms per half: 1.25 a second"
        wait_for(lambda: len(when(page, "voice ended")) == 2)
        assert heard(page).count("chime ended") == 1
        assert heard(page).count("inversion") == 1
        assert when(page, "chime ended")[0] <= when(page, "voice playing")[0]  # how soon is a measure
        expect(page.locator("#sound")).to_be_hidden()
        health = page.request.get(f"http://127.0.0.1:{tv.port}/health").json()
        assert (health["screen"], health["sound"]) == ("ready", "ready")


def test_two_calls_are_said_one_after_the_other_and_an_undone_one_is_hushed(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(AUDIBLE) as browser:
        page = opened(browser, tv.port)
        first, second = call(46, datetime.now(UTC)), call(47, datetime.now(UTC))
        source.show(first, second)
        expect(page.locator(".panel.lit .number")).to_have_text("46")
        expect(page.locator(".recent .number")).to_have_text(["47"])
        wait_for(lambda: "voice playing" in heard(page))
        source.show(undone(first), second)
        expect(page.locator(".panel.undone")).to_contain_text("Nous vous appellerons de nouveau.")
        wait_for(lambda: "voice pause" in heard(page), 2)
        expect(page.locator(".panel.lit .number")).to_have_text("47", timeout=8000)
        assert when(page, "voice ended") == []


def test_old_news_put_out_the_light_and_fresh_news_bring_it_back(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(AUDIBLE) as browser:
        page = opened(browser, tv.port)
        source.show(call(47, datetime.now(UTC)))
        expect(page.locator(".panel.lit")).to_be_visible()
        tv.stop()
        expect(page.locator(".stopped")).to_be_visible(timeout=8000)
        expect(page.locator(".stopped")).to_contain_text("Cet écran est arrêté depuis")
        expect(page.locator(".stopped")).to_contain_text("Nous venons vous chercher dans la salle.")
        expect(page.locator(".stopped .since")).to_have_text(re.compile(r"^\d{1,2}\sh(\s\d{2})?$"))
        expect(page.locator(".panel.lit")).to_be_hidden()
        expect(page.locator(".past .number")).to_have_text(["47"])
        with television(source.url, tmp_path, tv.port):
            expect(page.locator(".stopped")).to_be_hidden(timeout=8000)
            expect(page.locator(".panel.lit .number")).to_have_text("47")


def test_a_server_that_is_gone_puts_out_the_light_too(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(AUDIBLE) as browser:
        page = opened(browser, tv.port)
        source.die()
        expect(page.locator(".stopped")).to_be_visible(timeout=9000)


def test_a_browser_that_forbids_sound_still_shows_and_offers_a_button(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(MUTE) as browser:
        page = opened(browser, tv.port)
        source.show(call(47, datetime.now(UTC)))
        expect(page.locator(".panel.lit .number")).to_have_text("47")
        button = page.get_by_role("button", name="Touchez pour activer le son")
        expect(button).to_be_visible()
        health = f"http://127.0.0.1:{tv.port}/health"
        assert page.request.get(health).json()["sound"] == "fault"
        button.click()
        expect(button).to_be_hidden()
        wait_for(lambda: page.request.get(health).json()["sound"] == "ready")


def test_the_largest_call_fits_on_every_screen(tmp_path: Path) -> None:
    with board_source() as source, television(source.url, tmp_path) as tv, opened_browser(AUDIBLE) as browser:
        page = opened(browser, tv.port)
        large = [_at_the_longest_desk(call(number, datetime.now(UTC))) for number in (888, 808, 880, 800)]
        source.show(*large, expected=[str(number) for number in range(100, 112)])
        expect(page.locator(".recent .number")).to_have_count(3)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            assert cut(page) == [], f"{width}×{height}"
            digits = page.locator(".panel.lit .number").bounding_box()
            assert digits is not None
            assert digits["height"] > min(width, height) / 6
        _expect_nothing_cut_when_stopped(page, source)


def _expect_nothing_cut_when_stopped(page: Page, source: BoardSource) -> None:
    source.die()
    expect(page.locator(".stopped")).to_be_visible(timeout=9000)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert cut(page) == [], f"{width}×{height}"


def _at_the_longest_desk(made: Call) -> Call:
    desk = Desk(word=DeskWord.RECEPTION, mark="12", arrow=Arrow.LEFT)
    return made.model_copy(update={"desk": desk})
