"""One job, one process: ``python -m speech.child``, a JSON job on standard input, a JSON answer on output.

pyttsx3 and espeak-ng hold global state and crash under threads, so they never live in a room's process.
``save_to_file`` returns before the file exists: the end is the *finished-utterance* event, with a limit.
"""

import contextlib
import json
import sys
from threading import Event
from typing import Any

from speech.library import has_system_library, load_packaged_library


def main() -> int:
    """Speak the job {text, voice, rate, path, seconds} into ``path``; answer {voice} or {error}."""
    job = json.load(sys.stdin)
    # pyttsx3 prints on standard output, which here belongs to the answer.
    with contextlib.redirect_stdout(sys.stderr):
        answer = _answer(job)
    json.dump(answer, sys.stdout)
    return 1 if "error" in answer else 0


def _answer(job: dict[str, Any]) -> dict[str, str]:
    try:
        return {"voice": _speak(job)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _speak(job: dict[str, Any]) -> str:
    engine = _engine()
    finished = Event()
    engine.connect("finished-utterance", lambda **_event: finished.set())
    engine.setProperty("voice", job["voice"])
    engine.setProperty("rate", job["rate"])
    engine.save_to_file(job["text"], job["path"])
    engine.runAndWait()
    if not finished.wait(job["seconds"]):
        raise TimeoutError("the utterance did not finish")
    return str(engine.getProperty("voice"))


def _engine() -> Any:
    if not has_system_library():
        load_packaged_library()
    import pyttsx3

    return pyttsx3.init("espeak")


if __name__ == "__main__":
    sys.exit(main())
