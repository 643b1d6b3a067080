"""Which voice speaks, how fast, and what is known of a spoken file."""

from dataclasses import dataclass
from pathlib import Path

from speech.sound import Sound


@dataclass(frozen=True)
class Voice:
    """``code`` is espeak-ng's voice file (``roa/fr``: French of France); ``rate`` is in words per minute."""

    code: str = "roa/fr"
    rate: int = 140


@dataclass(frozen=True)
class Recording:
    """A checked WAV file and what was measured in it."""

    path: Path
    sound: Sound


class SpeechError(Exception):
    """No voice could be made; the text says why and names the cure, on one line."""
