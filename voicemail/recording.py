"""The announcement as sound: rendered when the sentence changes, never when someone asks for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from contract.messages import Board, Condition
from house.words import catalogue
from speech.render import render
from speech.voice import Recording, SpeechError, Voice
from voicemail.message import busy_message

RETRY_SECONDS = 60.0
Renderer = Callable[[str, Voice, Path], Awaitable[Recording]]
records = structlog.get_logger()


@dataclass(frozen=True)
class Announcement:
    """A finished announcement: its words, its file, and when it was made (UTC)."""

    text: str
    recording: Recording
    made_at: datetime


class Announcer:
    """Keeps the file ``announcement.wav`` in step with the board; a failure keeps the last one."""

    def __init__(self, folder: Path, voice: Voice, renderer: Renderer = render) -> None:
        self.wanted: str | None = None
        self.current: Announcement | None = None
        self.fault: str | None = None
        self._path = folder / "announcement.wav"
        self._voice = voice
        self._renderer = renderer
        self._changed = asyncio.Event()

    async def hear(self, board: Board) -> None:
        """Take a new board in; most of them change nothing here."""
        text = busy_message(board)
        if text != self.wanted:
            self.wanted = text
            self._changed.set()

    async def run(self) -> None:
        """Record for ever: at each new sentence, and again a minute after a failure."""
        while True:
            await self._next_turn()
            if self.wanted is not None:
                await self._record(self.wanted)

    def sound(self) -> Condition:
        """Return how the announcement is: ready only if callers hear the wanted sentence."""
        if self.fault is not None:
            return Condition.FAULT
        ready = self.current is not None and self.current.text == self.wanted
        return Condition.READY if ready else Condition.UNKNOWN

    async def _next_turn(self) -> None:
        try:
            async with asyncio.timeout(RETRY_SECONDS if self.fault else None):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    async def _record(self, text: str) -> None:
        try:
            recording = await self._renderer(text, self._voice, self._path)
        except Exception as error:  # unforeseen ones too: callers would hear the old words, and nobody know
            foreseen = isinstance(error, SpeechError)
            self.fault = str(error) if foreseen else _unforeseen()
            records.error("no announcement", cause=self.fault if foreseen else type(error).__name__)
            return
        self.fault = None
        self.current = Announcement(text, recording, datetime.now(UTC))


def _unforeseen() -> str:
    return catalogue().gettext("the voice met an unforeseen fault: its kind is in the records.")
