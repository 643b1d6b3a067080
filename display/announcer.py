"""The announcer: takes the next call, tells the pages, and knows when its two sayings are over."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from contract.messages import Board, Call, Condition
from display.pace import Pace
from display.pages import Page, Pages
from display.phrases import sentence
from display.place import place_of
from display.screen import Hall
from display.view import Announcement, View
from house.pages import asset
from speech.cache import SpeechCache
from speech.voice import SpeechError

CHIME = "sounds/chime.wav"
VOICE_WAIT_SECONDS = 3.0
LONGEST_WAIT_SECONDS = 1.0
records = structlog.get_logger()


class Announcer:
    """Moves the hall forward. ``news_age`` gives the age of the news in seconds; ``clock`` is monotonic."""

    def __init__(
        self,
        voice: SpeechCache,
        pages: Pages,
        view: View,
        pace: Pace,
        chime_seconds: float,
        news_age: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hall = Hall(pace)
        self._voice, self._pages, self._view, self._pace = voice, pages, view, pace
        self._chime_seconds = chime_seconds
        self._news_age = news_age
        self._clock = clock
        self._voice_fails = False
        self._able = False
        self._shown: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        """Announce for ever."""
        while True:
            self._changed.clear()
            self.advance()
            await self._wait()

    async def hear(self, board: Board) -> None:
        """Take a new board in, show it at once, and have the voice of its calls prepared."""
        self.hall = self.hall.hear(board, datetime.now(UTC), self._clock())
        for queued in self.hall.queue:
            self._start(self._prepare(queued.call))
        self.advance()
        self._changed.set()

    def welcome(self, page: Page) -> None:
        """Show a page that has just connected the whole screen; what was being said is not said again."""
        self._pages.join(page)
        page.tell(self._message())
        self._changed.set()

    def sound(self) -> Condition:
        """Return how the sound is: the voice first, then what the pages say of their loudspeaker."""
        return Condition.FAULT if self._voice_fails else self._pages.sound()

    def advance(self) -> None:
        """Begin the next announcement if it may begin, and tell the pages what has changed."""
        now = self._clock()
        self._note_whether_able(now)
        call = self.hall.due(now) if self._able else None
        if call is not None:
            self.hall = self.hall.begin(now)
            self._start(self._measure(call, now))
        self._show(call)

    def _note_whether_able(self, now: float) -> None:
        """No announcement without a page to make it, nor from news that may no longer be true."""
        able = len(self._pages) > 0 and self._news_age() <= self._pace.stale
        if able and not self._able:
            self.hall = self.hall.resume(now)
        self._able = able

    def _show(self, announced: Call | None) -> None:
        message = self._message()
        if announced is not None:
            self._pages.tell({**message, "announce": self._announcement(announced).__dict__})
        elif message["parts"] != self._shown.get("parts") or message["lit"] != self._shown.get("lit"):
            self._pages.tell(message)
        self._shown = message

    def _message(self) -> dict[str, Any]:
        screen = self.hall.screen(self._clock())
        return {**self._view.snapshot(screen, place_of(self.hall.board)), "age": self._news_age()}

    def _announcement(self, call: Call) -> Announcement:
        voice = f"/voice/{self._voice.key(sentence(call))}.wav"
        return Announcement(asset(CHIME), voice, self._pace.between_sayings)

    async def _measure(self, call: Call, began: float) -> None:
        """Learn how long the announcement lasts. The chime plays meanwhile: nothing waits for the voice."""
        seconds: float | None = None
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(VOICE_WAIT_SECONDS):
                    seconds = await self._prepare(call)
        finally:  # an announcement without an end would keep all that follow waiting
            before = max(self._chime_seconds, self._clock() - began)
            self.hall = self.hall.lasting(call.id, self._pace.announcement(before, seconds))
            self._changed.set()

    async def _prepare(self, call: Call) -> float | None:
        """Have the voice ready; a fault is recorded and reported to staff, and the room never sees it."""
        try:
            recording = await self._voice.ask(sentence(call))
        except Exception as error:  # whatever it is, the calls that follow must be announced
            self._voice_fails = True
            cause = str(error) if isinstance(error, SpeechError) else type(error).__name__
            records.error("no voice", cause=cause)
            return None
        self._voice_fails = False
        return recording.sound.seconds

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait(self) -> None:
        seconds = min(LONGEST_WAIT_SECONDS, self.hall.next_change(self._clock()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
