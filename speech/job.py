"""The speaking child, seen from the program: started, limited in time, never left running."""

import asyncio
import json
import sys
from pathlib import Path

from house.words import catalogue
from speech.voice import SpeechError, Voice

LIMIT_SECONDS = 10.0
CHILD = (sys.executable, "-m", "speech.child")
PROGRAM_FOLDER = Path(__file__).resolve().parent.parent


async def run_child(text: str, voice: Voice, draft: Path, limit: float, child: tuple[str, ...]) -> str:
    """Have ``text`` spoken into ``draft``; return the voice the child says it used.

    ``limit`` is in seconds. Raises SpeechError; OSError when no process can be started.
    """
    job = {"text": text, "voice": voice.code, "rate": voice.rate, "path": str(draft), "seconds": limit}
    process = await asyncio.create_subprocess_exec(
        *child,
        cwd=PROGRAM_FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(limit):
            output, _ = await process.communicate(json.dumps(job).encode())
    except TimeoutError:
        sentence = catalogue().gettext("the voice took more than %(seconds)g s: is this machine overloaded?")
        raise SpeechError(sentence % {"seconds": limit}) from None
    finally:
        await _end(process)
    return _voice_used(output, process.returncode)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _voice_used(output: bytes, code: int | None) -> str:
    _ = catalogue().gettext
    try:
        answer = json.loads(output)
        return str(answer["voice"])
    except ValueError:
        sentence = _("the speaking process ended too early (code %(code)s): check espeak-ng and the memory.")
        raise SpeechError(sentence % {"code": code}) from None
    except KeyError:
        sentence = _("espeak-ng could not speak (%(why)s): check the voice in the settings.")
        raise SpeechError(sentence % {"why": answer.get("error")}) from None
