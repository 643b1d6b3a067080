"""One text into one checked file, by the real voice in its child process."""

import asyncio
import sys
from pathlib import Path

import pytest

from speech.job import CHILD
from speech.render import render
from speech.sound import measure
from speech.voice import SpeechError, Voice

CALL = "Numéro 47. Bureau 3."
WITHOUT_SYSTEM_LIBRARY = """
import sys
import speech.child
speech.child.has_system_library = lambda: False
code = speech.child.main()
assert "espeakng_loader" in open("/proc/self/maps").read(), "the packaged library was not used"
sys.exit(code)
"""


def child(program: str) -> tuple[str, ...]:
    """A speaking process that runs ``program`` instead of ours."""
    return (sys.executable, "-c", program)


def test_a_call_is_said_at_a_level_a_room_can_hear(tmp_path: Path) -> None:
    recording = asyncio.run(render(CALL, Voice(), tmp_path / "call.wav"))
    assert 2 < recording.sound.seconds < 4
    assert -30 < recording.sound.rms_dbfs < -15
    assert -12 < recording.sound.peak_dbfs < -0.5, "neither faint nor clipped"
    assert measure(tmp_path / "call.wav") == recording.sound


def test_a_slower_voice_takes_longer(tmp_path: Path) -> None:
    quick = asyncio.run(render(CALL, Voice(rate=200), tmp_path / "quick.wav"))
    slow = asyncio.run(render(CALL, Voice(rate=100), tmp_path / "slow.wav"))
    assert slow.sound.seconds > 1.3 * quick.sound.seconds


def test_the_voice_is_the_one_that_was_asked(tmp_path: Path) -> None:
    french = asyncio.run(render(CALL, Voice("roa/fr"), tmp_path / "fr.wav"))
    spanish = asyncio.run(render(CALL, Voice("roa/es"), tmp_path / "es.wav"))
    assert french.path.read_bytes() != spanish.path.read_bytes()


def test_fifteen_texts_of_any_length_all_arrive(tmp_path: Path) -> None:
    async def all_of_them() -> list[float]:
        texts = [f"Numéro {n}. " + "Bureau 3. " * (n % 5) for n in range(1, 16)]
        done = [await render(text, Voice(), tmp_path / f"{n}.wav") for n, text in enumerate(texts)]
        return [recording.sound.seconds for recording in done]

    assert min(asyncio.run(all_of_them())) > 0.5


def test_an_unknown_voice_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="la voix xx/nobody est inconnue"):
        asyncio.run(render(CALL, Voice("xx/nobody"), tmp_path / "call.wav"))
    assert not list(tmp_path.iterdir())


def test_a_killed_child_leaves_the_old_file_and_no_half_file(tmp_path: Path) -> None:
    target = tmp_path / "call.wav"
    target.write_bytes(b"the good one of before")
    dies = child("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(SpeechError, match="arrêté trop tôt"):
        asyncio.run(render(CALL, Voice(), target, child=dies))
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]
    assert target.read_bytes() == b"the good one of before"


def test_a_child_that_hangs_is_ended_at_its_limit(tmp_path: Path) -> None:
    hangs = child("import time; time.sleep(60)")
    with pytest.raises(SpeechError, match=r"plus de 0,?\.?3"):
        asyncio.run(render(CALL, Voice(), tmp_path / "call.wav", limit_seconds=0.3, child=hangs))
    assert not list(tmp_path.iterdir())


def test_a_silent_file_is_refused(tmp_path: Path) -> None:
    silent = child(
        "import json, sys, wave\n"
        "job = json.load(sys.stdin)\n"
        "file = wave.open(job['path'], 'wb')\n"
        "file.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "file.writeframes(bytes(44100))\n"
        "file.close()\n"
        "json.dump({'voice': job['voice']}, sys.stdout)\n"
    )
    with pytest.raises(SpeechError, match="plausible"):
        asyncio.run(render(CALL, Voice(), tmp_path / "call.wav", child=silent))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(SpeechError, match="dossier de données"):
        asyncio.run(render(CALL, Voice(), tmp_path / "data" / "call.wav"))


def test_the_packaged_library_speaks_where_the_system_has_none(tmp_path: Path) -> None:
    spare = asyncio.run(render(CALL, Voice(), tmp_path / "a.wav", child=child(WITHOUT_SYSTEM_LIBRARY)))
    assert 2 < spare.sound.seconds < 4
    assert CHILD[-1] == "speech.child"
