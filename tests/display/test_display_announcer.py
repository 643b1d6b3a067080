"""The announcer: what the pages are told, when, and what happens to faults."""

import asyncio
import json
import wave
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from contract.messages import Call, Condition
from display.announcer import Announcer
from display.pace import Pace
from display.pages import Page, Pages
from display.settings import DisplaySettings
from display.view import View
from speech.cache import SpeechCache
from speech.sound import measure
from speech.voice import Recording, SpeechError, Voice

from .waiting_room import board, call, undone

QUICK = Pace(before_voice=0, between_sayings=0.01, rest=0.02, voiceless=0.05, withdrawn=0.05)
Told = list[dict[str, object]]


class Waiting:
    """A waiting room of tests: one announcer, one page that keeps what it is told."""

    def __init__(self, folder: Path, pace: Pace = QUICK) -> None:
        self.age = 0.0
        self.fault: Exception | None = None
        self.pages = Pages()
        settings = DisplaySettings(
            server_url="http://server", site="demo", display_token=SecretStr("x"), display_data=folder
        )
        cache = SpeechCache(folder, Voice(), self._speak)
        self.announcer = Announcer(
            cache, self.pages, View(settings, pace), pace, chime_seconds=0.02, news_age=lambda: self.age
        )
        self.page = Page()

    def told(self) -> Told:
        """Return and forget what the page was told."""
        messages: Told = []
        while not self.page._messages.empty():
            messages.append(json.loads(self.page._messages.get_nowait()))
        return messages

    def said(self) -> list[object]:
        """Return the calls announced since last asked."""
        return [message["lit"] for message in self.told() if "announce" in message]

    async def until_said(self, many: int) -> list[object]:
        """Wait until so many calls are announced; the rest of what was told is forgotten."""
        said: list[object] = []

        def happened() -> bool:
            said.extend(self.said())
            return len(said) >= many

        await until(happened)
        return said

    async def _speak(self, _text: str, _voice: Voice, target: Path) -> Recording:
        if self.fault is not None:
            raise self.fault
        with wave.open(str(target), "wb") as file:
            file.setparams((1, 2, 22050, 0, "NONE", ""))
            file.writeframes(bytes([0, 32]) * 882)
        return Recording(target, measure(target))


async def until(happened: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what is about to be true; fail when it is not in time."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 (what is awaited has no event of its own)
            await asyncio.sleep(0.005)


def play(
    folder: Path, story: Callable[[Waiting], Awaitable[None]], pace: Pace = QUICK, page: bool = True
) -> Waiting:
    """Run a story beside a running announcer."""

    async def run() -> Waiting:
        waiting = Waiting(folder, pace)
        await waiting.announcer.hear(board(at=datetime.now(UTC)))
        if page:
            waiting.announcer.welcome(waiting.page)
        running = asyncio.create_task(waiting.announcer.run())
        await story(waiting)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return waiting

    return asyncio.run(run())


def fresh(*numbers: int) -> list[Call]:
    """Return calls made now, one after the other."""
    now = datetime.now(UTC)
    return [call(number, now + timedelta(milliseconds=number)) for number in numbers]


def ids(calls: list[Call]) -> list[str]:
    return [str(made.id) for made in calls]


def test_ten_calls_at_once_are_all_said_in_order(tmp_path: Path) -> None:
    calls = fresh(*range(40, 50))

    async def burst(waiting: Waiting) -> None:
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        assert await waiting.until_said(10) == ids(calls)

    play(tmp_path, burst)


def test_an_announcement_names_the_chime_and_a_voice_that_is_made(tmp_path: Path) -> None:
    calls = fresh(47)

    async def one(waiting: Waiting) -> None:
        waiting.told()
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        (message,) = [message for message in waiting.told() if "announce" in message]
        told = message["announce"]
        assert isinstance(told, dict)
        assert told["chime"].startswith("/static/sounds/chime.wav")
        await until((tmp_path / Path(told["voice"]).name).is_file)
        assert message["lit"] == ids(calls)[0]

    play(tmp_path, one)


@pytest.mark.parametrize("fault", [SpeechError("no voice today"), RuntimeError(), FileNotFoundError()])
def test_without_a_voice_calls_go_on_and_staff_are_told(tmp_path: Path, fault: Exception) -> None:
    calls = fresh(46, 47)

    async def mute(waiting: Waiting) -> None:
        waiting.fault = fault
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        told: Told = []

        def both_said() -> bool:
            told.extend(waiting.told())
            return sum("announce" in message for message in told) == 2

        await until(both_said)
        await until(lambda: waiting.announcer.sound() == Condition.FAULT)
        assert [message["lit"] for message in told if "announce" in message] == ids(calls)
        assert not any("voice" in str(message["parts"]) for message in told), "the room never sees a fault"

    assert play(tmp_path, mute).announcer.sound() == Condition.FAULT


def test_old_news_are_not_announced_until_they_are_fresh_again(tmp_path: Path) -> None:
    calls = fresh(47)

    async def cut(waiting: Waiting) -> None:
        waiting.age = 10.1
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        waiting.announcer.advance()
        assert waiting.said() == []
        waiting.age = 0
        waiting.announcer.advance()
        assert waiting.said() == ids(calls)

    play(tmp_path, cut)


def test_a_call_waits_for_a_page_that_can_announce_it(tmp_path: Path) -> None:
    calls = fresh(47)

    async def late(waiting: Waiting) -> None:
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        waiting.announcer.advance()
        waiting.announcer.welcome(waiting.page)
        assert await waiting.until_said(1) == ids(calls)

    play(tmp_path, late, page=False)


def test_a_page_that_comes_late_sees_the_call_without_hearing_it_again(tmp_path: Path) -> None:
    calls = fresh(47)

    async def second(waiting: Waiting) -> None:
        await waiting.announcer.hear(board(*calls, at=datetime.now(UTC)))
        waiting.told()
        other, waiting.page = waiting.page, Page()
        waiting.announcer.welcome(waiting.page)
        (message,) = waiting.told()
        assert message["lit"] == ids(calls)[0]
        assert "announce" not in message
        assert other is not waiting.page

    play(tmp_path, second)


def test_an_undone_call_is_told_at_once_and_lights_nothing(tmp_path: Path) -> None:
    (made,) = fresh(47)

    async def undo(waiting: Waiting) -> None:
        await waiting.announcer.hear(board(made, at=datetime.now(UTC)))
        waiting.told()
        await waiting.announcer.hear(board(undone(made), at=datetime.now(UTC)))
        (message,) = waiting.told()
        assert message["lit"] == ""
        assert "Encore un instant." in str(message["parts"])

    play(tmp_path, undo)


def test_a_board_that_changes_nothing_shown_is_not_sent_again(tmp_path: Path) -> None:
    async def same(waiting: Waiting) -> None:
        waiting.announcer.advance()
        waiting.told()
        await waiting.announcer.hear(board(at=datetime.now(UTC), revision=2))
        assert waiting.told() == []

    play(tmp_path, same)


@pytest.mark.parametrize(
    ("reports", "condition"),
    [
        ([], Condition.UNKNOWN),
        (['{"sound": "played"}'], Condition.READY),
        (['{"sound": "played"}', '{"sound": "blocked"}'], Condition.FAULT),
        (['{"sound": "blocked"}', '{"sound": "played"}'], Condition.READY),
        (['{"sound": "loud"}', "[]", "not json", '{"sound": []}'], Condition.UNKNOWN),
    ],
)
def test_pages_say_how_their_sound_is(reports: list[str], condition: Condition) -> None:
    pages, page = Pages(), Page()
    assert pages.screen() == Condition.OFFLINE
    pages.join(page)
    for report in reports:
        page.hear(report)
    assert (pages.sound(), pages.screen()) == (condition, Condition.READY)


def test_a_page_that_lags_keeps_the_newest() -> None:
    page = Page()
    for number in range(50):
        page.tell({"number": number})
    kept = [json.loads(page._messages.get_nowait())["number"] for _ in range(page._messages.qsize())]
    assert kept[-1] == 49
    assert len(kept) < 50
