"""Measuring a WAV file."""

import math
import wave
from array import array
from pathlib import Path

import pytest

from speech.sound import measure

RATE = 22050


def write(path: Path, samples: list[int], channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(RATE)
        file.writeframes(array("h", samples).tobytes())
    return path


def sine(amplitude: int, seconds: float) -> list[int]:
    return [round(amplitude * math.sin(2 * math.pi * 441 * i / RATE)) for i in range(round(RATE * seconds))]


def test_a_sine_at_half_scale_has_its_textbook_levels(tmp_path: Path) -> None:
    sound = measure(write(tmp_path / "sine.wav", sine(16384, 1)))
    assert sound.seconds == pytest.approx(1)
    assert sound.peak_dbfs == pytest.approx(-6.02, abs=0.02)
    assert sound.rms_dbfs == pytest.approx(-9.03, abs=0.02)
    assert not sound.silent


def test_two_channels_last_no_longer_than_one(tmp_path: Path) -> None:
    sound = measure(write(tmp_path / "stereo.wav", [1000] * RATE * 2, channels=2))
    assert sound.seconds == pytest.approx(1)


@pytest.mark.parametrize("level", [0, 1, 20])
def test_what_no_room_could_hear_is_silent(tmp_path: Path, level: int) -> None:
    assert measure(write(tmp_path / "quiet.wav", sine(level, 0.5))).silent


def test_an_empty_file_has_no_sound(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no sound"):
        measure(write(tmp_path / "empty.wav", []))


def test_what_is_not_a_wav_file_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("not sound at all, but long enough to be read")
    with pytest.raises(ValueError, match="not a WAV file"):
        measure(path)
