"""The real programs, started as an administrator starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.doubles import HOST, free_port, get, wait_until

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 40.0


def command(*words: str) -> list[str]:
    """Return the command line of the installed program."""
    return [sys.executable, "-m", "porte_ouverte", *words]


def environment(**settings: object) -> dict[str, str]:
    """Return an environment with these settings only: ``database=`` is ``PORTE_OUVERTE_DATABASE``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTE_OUVERTE_")}
    return kept | {f"PORTE_OUVERTE_{name.upper()}": str(value) for name, value in settings.items()}


def run(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command(*words),
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


class ServerProgram:
    """A server process on a database. Use as a context manager; ``records`` is what it wrote of itself."""

    def __init__(self, database: str, folder: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"http://{HOST}:{self.port}"
        self._records = folder / f"server{self.port}.log"
        with self._records.open("a") as records:
            self._process = subprocess.Popen(
                command("server"),
                env=environment(database=database, server_port=self.port, https_only="false"),
                cwd=ROOT,
                stdout=records,
                stderr=records,
            )

    def __enter__(self) -> Self:
        try:
            wait_until(self._answers, START_SECONDS)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End it as a power cut does: kill -9."""
        self._process.kill()
        self._process.wait()

    def records(self) -> str:
        """Return what the program wrote of itself."""
        return self._records.read_text(encoding="utf-8")

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.records()
        try:
            return get(f"{self.address}/api/v1/health").status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def servers(database: str, folder: Path, count: int) -> Iterator[list[str]]:
    """Start several server processes on one database; give their addresses."""
    started = [ServerProgram(database, folder) for _ in range(count)]
    try:
        yield [server.__enter__().address for server in started]
    finally:
        for server in started:
            server.kill()
