"""The demonstration as a person starts it: one command, then Ctrl-C."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

START_SECONDS = 60.0


class Launched:
    """A command started in a folder, with ``PORT`` and ``DATA``; what it says is kept."""

    def __init__(self, command: tuple[str, ...], folder: Path, port: int) -> None:
        self.port = port
        environment = {**os.environ, "PORT": str(port), "DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a process group of its own, as a terminal gives
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_it_says(self, words: str) -> str:
        """Wait for a line that holds these words, and return all that was said."""
        until = time.monotonic() + START_SECONDS
        while not any(words in line for line in self.lines):
            assert time.monotonic() < until, f"never said {words!r}:\n{self.said()}"
            assert self.process.poll() is None or words in self.said(), self.said()
            time.sleep(0.05)
        return self.said()

    def said(self) -> str:
        """All that was said so far."""
        return "\n".join(self.lines)

    def interrupt(self) -> int:
        """Press Ctrl-C, which reaches the whole group, and wait for the end."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(20)
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
