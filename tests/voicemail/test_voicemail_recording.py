"""The announcement is recorded when its sentence changes, and never otherwise."""

import asyncio
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from contract.messages import Condition
from speech.sound import measure
from speech.voice import Recording, SpeechError, Voice
from voicemail import recording as recording_module
from voicemail.recording import Announcer

from .test_voicemail_message import board


class Recorder:
    """Counts what it is asked to say."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.works = True
        self.fault: Exception = SpeechError("no voice today")

    async def __call__(self, text: str, _voice: Voice, target: Path) -> Recording:
        self.said.append(text)
        if not self.works:
            raise self.fault
        with wave.open(str(target), "wb") as file:
            file.setparams((1, 2, 22050, 0, "NONE", ""))
            file.writeframes(bytes([0, 32]) * 11025)
        return Recording(target, measure(target))


def play(folder: Path, story: Callable[[Announcer, Recorder], Awaitable[None]]) -> Announcer:
    """Run a story beside a running announcer."""

    async def run() -> Announcer:
        recorder = Recorder()
        announcer = Announcer(folder, Voice(), recorder)
        running = asyncio.create_task(announcer.run())
        await story(announcer, recorder)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return announcer

    return asyncio.run(run())


async def a_moment() -> None:
    await asyncio.sleep(0.05)


def test_ten_boards_with_the_same_sentence_record_once(tmp_path: Path) -> None:
    async def story(announcer: Announcer, recorder: Recorder) -> None:
        for _ in range(10):
            await announcer.hear(board())
            await a_moment()
        assert len(recorder.said) == 1

    announcer = play(tmp_path, story)
    assert announcer.sound() == Condition.READY
    assert announcer.current is not None


def test_another_sentence_records_again(tmp_path: Path) -> None:
    async def story(announcer: Announcer, recorder: Recorder) -> None:
        await announcer.hear(board("Bondy"))
        await a_moment()
        await announcer.hear(board("Pantin"))
        await a_moment()
        assert ["Bondy" in recorder.said[0], "Pantin" in recorder.said[1]] == [True, True]

    play(tmp_path, story)


def test_a_failure_keeps_the_announcement_before_and_is_told(tmp_path: Path) -> None:
    async def story(announcer: Announcer, recorder: Recorder) -> None:
        await announcer.hear(board("Bondy"))
        await a_moment()
        recorder.works = False
        await announcer.hear(board("Pantin"))
        await a_moment()

    announcer = play(tmp_path, story)
    assert announcer.current is not None
    assert "Bondy" in announcer.current.text
    assert (announcer.sound(), announcer.fault) == (Condition.FAULT, "no voice today")


def test_an_unforeseen_fault_is_told_too(tmp_path: Path) -> None:
    async def story(announcer: Announcer, recorder: Recorder) -> None:
        recorder.works, recorder.fault = False, RuntimeError()
        await announcer.hear(board())
        async with asyncio.timeout(5):
            while announcer.fault is None:  # noqa: ASYNC110 (what is awaited has no event of its own)
                await asyncio.sleep(0.005)

    announcer = play(tmp_path, story)
    assert announcer.sound() == Condition.FAULT
    assert "imprévue" in (announcer.fault or "")


def test_after_a_failure_it_tries_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_module, "RETRY_SECONDS", 0.05)

    async def story(announcer: Announcer, recorder: Recorder) -> None:
        recorder.works = False
        await announcer.hear(board())
        await a_moment()
        recorder.works = True
        await asyncio.sleep(0.2)

    assert play(tmp_path, story).sound() == Condition.READY


def test_before_the_first_board_nothing_is_claimed(tmp_path: Path) -> None:
    assert Announcer(tmp_path, Voice(), Recorder()).sound() == Condition.UNKNOWN
