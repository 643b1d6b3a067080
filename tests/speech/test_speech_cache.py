"""Sentences kept by text, voice and rate."""

import asyncio
import wave
from pathlib import Path

import pytest

from speech import cache as cache_module
from speech.cache import SpeechCache
from speech.sound import measure
from speech.voice import Recording, SpeechError, Voice


class Speaker:
    """Writes half a second of tone, and counts."""

    def __init__(self, fails: bool = False) -> None:
        self.texts: list[str] = []
        self.fails = fails
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, text: str, _voice: Voice, target: Path) -> Recording:
        self.texts.append(text)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.02)
        self.at_once -= 1
        if self.fails:
            raise SpeechError("no voice today")
        target.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(target), "wb") as file:
            file.setparams((1, 2, 22050, 0, "NONE", ""))
            file.writeframes(bytes([0, 32]) * 11025)
        return Recording(target, measure(target))


def test_the_same_text_asked_at_once_is_rendered_once(tmp_path: Path) -> None:
    speaker = Speaker()

    async def ask() -> set[Path]:
        cache = SpeechCache(tmp_path, Voice(), speaker)
        return {recording.path for recording in await asyncio.gather(*(cache.ask("47") for _ in range(8)))}

    assert len(asyncio.run(ask())) == 1
    assert speaker.texts == ["47"]


def test_another_voice_or_rate_is_another_file(tmp_path: Path) -> None:
    voices = (Voice(), Voice(rate=150), Voice("roa/es"))
    assert len({SpeechCache(tmp_path, voice).key("47") for voice in voices}) == 3


def test_a_later_run_finds_the_files_of_an_earlier_one(tmp_path: Path) -> None:
    asyncio.run(SpeechCache(tmp_path, Voice(), Speaker()).ask("47"))
    second = Speaker()
    asyncio.run(SpeechCache(tmp_path, Voice(), second).ask("47"))
    assert second.texts == []


def test_a_file_that_was_spoilt_is_made_again(tmp_path: Path) -> None:
    first = asyncio.run(SpeechCache(tmp_path, Voice(), Speaker()).ask("47"))
    first.path.write_bytes(b"")
    second = Speaker()
    asyncio.run(SpeechCache(tmp_path, Voice(), second).ask("47"))
    assert second.texts == ["47"]


def test_a_file_that_was_removed_is_made_again(tmp_path: Path) -> None:
    speaker = Speaker()

    async def ask() -> None:
        cache = SpeechCache(tmp_path, Voice(), speaker)
        (await cache.ask("47")).path.unlink()
        await cache.ask("47")

    asyncio.run(ask())
    assert speaker.texts == ["47", "47"]


def test_a_burst_makes_two_files_at_a_time(tmp_path: Path) -> None:
    speaker = Speaker()

    async def burst() -> None:
        cache = SpeechCache(tmp_path, Voice(), speaker)
        await asyncio.gather(*(cache.ask(str(number)) for number in range(10)))

    asyncio.run(burst())
    assert speaker.most_at_once == 2


def test_a_file_under_way_is_waited_for(tmp_path: Path) -> None:
    async def find() -> Path | None:
        cache = SpeechCache(tmp_path, Voice(), Speaker())
        asking = asyncio.create_task(cache.ask("47"))
        await asyncio.sleep(0)
        found = await cache.find(cache.key("47"))
        await asking
        return found

    assert asyncio.run(find()) is not None


def test_a_failure_is_told_to_all_and_tried_again(tmp_path: Path) -> None:
    speaker = Speaker(fails=True)

    async def ask() -> Path | None:
        cache = SpeechCache(tmp_path, Voice(), speaker)
        for _ in range(2):
            with pytest.raises(SpeechError, match="no voice today"):
                await cache.ask("47")
        return await cache.find(cache.key("47"))

    assert asyncio.run(ask()) is None
    assert len(speaker.texts) == 2


def test_the_folder_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "KEPT_FILES", 5)

    async def a_long_day() -> None:
        cache = SpeechCache(tmp_path, Voice(), Speaker())
        for number in range(12):
            await cache.ask(str(number))

    asyncio.run(a_long_day())
    assert len(list(tmp_path.iterdir())) == 5


def test_a_file_that_vanishes_while_the_folder_is_bounded_mutes_nobody(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    assert asyncio.run(SpeechCache(tmp_path, Voice(), Speaker()).ask("47")).path.is_file()
