"""Spoken sentences kept by text, voice and rate. Asked twice at once, a sentence is rendered once."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from speech.render import render
from speech.sound import measure
from speech.voice import Recording, SpeechError, Voice

KEPT_FILES = 300
AT_ONCE = 2
Renderer = Callable[[str, Voice, Path], Awaitable[Recording]]


class SpeechCache:
    """A folder of WAV files. ``renderer`` makes one; at most two are made at the same time."""

    def __init__(self, folder: Path, voice: Voice, renderer: Renderer = render) -> None:
        self._folder = folder
        self._voice = voice
        self._renderer = renderer
        self._ready: dict[str, Recording] = {}
        self._under_way: dict[str, asyncio.Task[Recording]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def key(self, text: str) -> str:
        """Return the name of a sentence's file, known before it is made: 32 hexadecimal digits."""
        parts = "\0".join((text, self._voice.code, str(self._voice.rate)))
        return hashlib.sha256(parts.encode()).hexdigest()[:32]

    async def ask(self, text: str) -> Recording:
        """Return the sentence's recording, making it if needed. Raises SpeechError."""
        key = self.key(text)
        if (ready := self._kept(key)) is not None:
            return ready
        # Shielded: one asker that goes away does not stop the sentence the others wait for.
        return await asyncio.shield(self._making(key, text))

    async def find(self, key: str) -> Path | None:
        """Return the file of a key, waiting if it is being made; None when there is none or it failed."""
        try:
            if (task := self._under_way.get(key)) is not None:
                return (await asyncio.shield(task)).path
        except SpeechError:
            return None
        kept = self._kept(key)
        return None if kept is None else kept.path

    def _kept(self, key: str) -> Recording | None:
        recording = self._ready.get(key)
        if recording is not None and recording.path.is_file():
            return recording
        self._ready.pop(key, None)
        return None

    def _making(self, key: str, text: str) -> asyncio.Task[Recording]:
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, text))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._forget_task(key, done))
        return task

    def _forget_task(self, key: str, done: asyncio.Task[Recording]) -> None:
        self._under_way.pop(key, None)
        if not done.cancelled():
            done.exception()  # read, so that a failure nobody waited for is not reported as lost

    async def _make(self, key: str, text: str) -> Recording:
        path = self._folder / f"{key}.wav"
        async with self._turns:
            recording = await _from_disk(path) or await self._renderer(text, self._voice, path)
        self._ready[key] = recording
        self._forget_oldest()
        return recording

    def _forget_oldest(self) -> None:
        """Bound the folder: a day has a few hundred sentences, a month has thousands."""
        files = sorted(self._folder.glob("*.wav"), key=_changed_at, reverse=True)
        for path in files[KEPT_FILES:]:
            with suppress(OSError):  # a folder that is not bounded is no reason to be mute
                path.unlink(missing_ok=True)
            self._ready.pop(path.stem, None)


def _changed_at(path: Path) -> float:
    """Return when a file was last written; one that somebody removed meanwhile is the oldest."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


async def _from_disk(path: Path) -> Recording | None:
    """Return a file of an earlier run; files are put in place whole, so one that opens is good."""
    try:
        return Recording(path, await asyncio.to_thread(measure, path))
    except (OSError, ValueError):
        return None
