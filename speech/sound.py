"""What a WAV file holds: how long it lasts and how loud it is."""

import math
import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

FULL_SCALE = 32768
SILENCE_DBFS = -60.0


@dataclass(frozen=True)
class Sound:
    """Measures of a file: ``seconds``, and levels in dBFS (0 or less; −inf for digital silence).

    RMS is taken over the whole file; a full-scale square wave is 0 dBFS.
    """

    seconds: float
    rms_dbfs: float
    peak_dbfs: float

    @property
    def silent(self) -> bool:
        """Nothing a room could hear."""
        return self.peak_dbfs < SILENCE_DBFS


def measure(path: Path) -> Sound:
    """Measure a 16-bit WAV file. Raises OSError, or ValueError when it is not such a file or is empty."""
    samples, per_second = _samples(path)
    if not samples:
        raise ValueError("no sound in the file")
    power = sum(sample * sample for sample in samples) / len(samples)
    peak = max(max(samples), -min(samples))
    return Sound(len(samples) / per_second, _dbfs(math.sqrt(power)), _dbfs(peak))


def _samples(path: Path) -> "tuple[array[int], int]":
    """Return all samples, channels interleaved, and how many of them make one second."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise ValueError("not a 16-bit WAV file")
            samples = array("h", file.readframes(file.getnframes()))
            per_second = file.getframerate() * file.getnchannels()
    except (wave.Error, EOFError) as error:
        raise ValueError("not a WAV file") from error
    if sys.byteorder == "big":
        samples.byteswap()
    return samples, per_second


def _dbfs(amplitude: float) -> float:
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude else -math.inf
