"""Write static/sounds/chime.wav, the two calm notes played before a call.

The file is computed, not recorded: the same script always gives the same bytes.
A quarter of a second of barely audible tone comes first, because screens put their
HDMI sound to sleep and would otherwise swallow the first note.

Run from anywhere: ``python deploy/make_chime.py``.
"""

from __future__ import annotations

import array
import math
import sys
import wave
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static" / "sounds" / "chime.wav"

RATE = 22_050
LEAD_SECONDS = 0.25
LEAD_LEVEL = 10 ** (-60 / 20)
LEAD_PITCH = 220.0
CHIME_SECONDS = 1.4
PEAK_LEVEL = 10 ** (-6 / 20)
ATTACK_SECONDS = 0.012
RELEASE_SECONDS = 0.12

G5 = 783.99
E5 = 659.26
# start in seconds, pitch in hertz, loudness, seconds to fall to 37 %
NOTES = ((0.0, G5, 0.9, 0.26), (0.36, E5, 1.0, 0.34))
# multiple of the pitch, loudness, how much faster than the fundamental it dies
HARMONICS = ((1.0, 1.0, 1.0), (2.0, 0.22, 1.8), (3.0, 0.07, 2.8))


def ramp(seconds: float, length: float) -> float:
    """Rise smoothly from 0 to 1 over the given length."""
    if seconds >= length:
        return 1.0
    return 0.5 - 0.5 * math.cos(math.pi * max(seconds, 0.0) / length)


def note_value(seconds: float, pitch: float, decay: float) -> float:
    """Value of one note, this long after it was struck."""
    if seconds < 0:
        return 0.0
    total = 0.0
    for multiple, loudness, haste in HARMONICS:
        total += (
            loudness * math.exp(-seconds * haste / decay) * math.sin(math.tau * pitch * multiple * seconds)
        )
    return total * ramp(seconds, ATTACK_SECONDS)


def chime() -> list[float]:
    """Samples of the two notes, with the peak at the wanted level and a silent end."""
    count = round(CHIME_SECONDS * RATE)
    samples = []
    for index in range(count):
        now = index / RATE
        value = sum(
            loudness * note_value(now - start, pitch, decay) for start, pitch, loudness, decay in NOTES
        )
        samples.append(value * ramp((count - 1 - index) / RATE, RELEASE_SECONDS))
    scale = PEAK_LEVEL / max(abs(value) for value in samples)
    return [value * scale for value in samples]


def lead() -> list[float]:
    """Samples of the faint tone that wakes the screen, fading in and out."""
    count = round(LEAD_SECONDS * RATE)
    return [
        LEAD_LEVEL
        * math.sin(math.tau * LEAD_PITCH * index / RATE)
        * ramp(index / RATE, 0.01)
        * ramp((count - index) / RATE, 0.01)
        for index in range(count)
    ]


def write(path: Path) -> None:
    """Write the sound as 16-bit mono."""
    values = array.array("h", (round(value * 32_767) for value in lead() + chime()))
    if sys.byteorder == "big":
        values.byteswap()
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(values.tobytes())


if __name__ == "__main__":
    write(TARGET)
    print(TARGET)
