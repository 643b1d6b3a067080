"""One text into one checked WAV file, put in place at once or not at all.

An unknown voice silently becomes English and a bad path raises nothing, so every file is checked: it opens,
lasts as long as its text could, is not silent, and the voice read back is the voice that was asked.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from house.words import catalogue
from speech.job import CHILD, LIMIT_SECONDS, run_child
from speech.library import absent_part
from speech.sound import Sound, measure
from speech.spelling import as_said
from speech.voice import Recording, SpeechError, Voice

SHORTEST_SECONDS = 0.2
SECONDS_PER_CHARACTER = 0.5


async def render(
    text: str,
    voice: Voice,
    target: Path,
    limit_seconds: float = LIMIT_SECONDS,
    child: tuple[str, ...] = CHILD,
) -> Recording:
    """Speak ``text`` into ``target``; an older file stays in place until the new one is good.

    Raises SpeechError when the voice is missing, unknown, late or silent, or the disk refuses.
    """
    if (absent := absent_part()) is not None:
        raise SpeechError(absent)
    try:
        with _draft_beside(target) as draft:
            used = await run_child(as_said(text), voice, draft, limit_seconds, child)
            sound = await asyncio.to_thread(_check, draft, text, voice, used)
            os.replace(draft, target)  # noqa: PTH105 (one rename: readers see the old file or the new one)
    except OSError as error:
        sentence = catalogue().gettext("the sound file cannot be written (%(why)s): check the data folder.")
        raise SpeechError(sentence % {"why": error.strerror}) from error
    return Recording(target, sound)


@contextmanager
def _draft_beside(target: Path) -> Iterator[Path]:
    """Give a temporary file in the target's folder; whatever happens, none is left behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".part", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _check(draft: Path, text: str, voice: Voice, used: str) -> Sound:
    _ = catalogue().gettext
    if used != voice.code:
        sentence = _("the voice %(asked)s is unknown here (%(used)s answered): set a voice of espeak-ng.")
        raise SpeechError(sentence % {"asked": voice.code, "used": used})
    try:
        sound = measure(draft)
    except ValueError as error:
        raise SpeechError(_("the spoken file cannot be read: check the disk of this machine.")) from error
    if sound.silent or not SHORTEST_SECONDS <= sound.seconds <= 2 + SECONDS_PER_CHARACTER * len(text):
        sentence = _("the spoken file is not plausible (%(seconds).1f s, %(peak).0f dB): try another voice.")
        raise SpeechError(sentence % {"seconds": sound.seconds, "peak": sound.peak_dbfs})
    return sound
