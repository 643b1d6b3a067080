"""Real programs, started as a user would start them, each in a folder of its own, and always stopped."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30.0
STOP_SECONDS = 5.0


@dataclass
class Program:
    """A running program that listens on ``port``."""

    process: subprocess.Popen[bytes]
    port: int

    def kill(self) -> None:
        """Stop it as a power cut would: nothing is said to it (SIGKILL)."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Wait until a program listens; stop it at the end of the block."""
    try:
        wait_for(program)
        yield program
    finally:
        stop(program.process)


def start(arguments: list[str], port: int, settings: dict[str, str] | None = None) -> Program:
    """Start ``python -m …`` with settings added to the environment; its errors go to our own output."""
    environment = os.environ | (settings or {})
    process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=environment)
    return Program(process, port)


def wait_for(program: Program) -> None:
    """Wait until the program accepts connections. Raises RuntimeError when it ended or took too long."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if program.process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", program.port), 1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"{program.process.args!r} does not listen")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, then make it."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def hello() -> Program:
    """Start the bare Uvicorn that answers "hello"."""
    port = free_port()
    return start(["benchmarks.bare", "hello", str(port)], port)


def broadcaster(size: int) -> Program:
    """Start the bare ``websockets`` server that broadcasts messages of ``size`` bytes."""
    port = free_port()
    return start(["benchmarks.bare", "broadcast", str(port), str(size)], port)


class Helper:
    """A process of the benchmark (load, listeners) that obeys lines on its input with lines on its output."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> "Helper":
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process)

    def do(self, job: dict[str, Any]) -> dict[str, Any]:
        """Have a job done and return what came of it, which travels in a file, as it may be large."""
        with NamedTemporaryFile() as answer:
            self.say(json.dumps(job | {"answer": answer.name}))
            self.hear()
            outcome: dict[str, Any] = json.load(answer)
        return outcome

    def say(self, line: str) -> None:
        """Send one line."""
        words = _stream(self.process.stdin)
        words.write(line.encode() + b"\n")
        words.flush()

    def hear(self) -> str:
        """Wait for one line. Raises RuntimeError when the process has ended."""
        line = _stream(self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.process.args!r} ended without an answer")
        return line.decode()


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
