"""The four real programs of the demonstration on free ports, each of which a journey may kill."""

import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx

from deploy import demo


class House:
    """A running site. ``address`` of each program by its name."""

    def __init__(self, data: Path, database: str) -> None:
        self.data = data
        self.ports = _free_ports()
        self._environment = demo.prepare(self.ports, data, database)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        for name in demo.PROGRAMS:
            self.start(name)

    def address(self, name: str) -> str:
        """The address of a program's pages."""
        return f"http://{demo.HOST}:{self.ports[name]}"

    def start(self, name: str) -> None:
        """Start a program and wait until it answers."""
        self._children[name] = demo.start(self._environment, name)
        demo.wait_until_ready(name, self.ports[name], self._children[name])

    def kill(self, name: str) -> None:
        """Kill a program as a power cut does."""
        self._children[name].kill()
        self._children[name].wait()

    def stop(self) -> None:
        """Stop everything."""
        demo.stop_all(self._children)

    def board(self) -> dict[str, Any]:
        """The board, as any screen reads it."""
        answer = httpx.get(f"{self.address('server')}/api/v1/board", timeout=5)
        read: dict[str, Any] = answer.json()
        return read


def _free_ports() -> dict[str, int]:
    probes = [socket.create_server((demo.HOST, 0)) for _ in demo.PROGRAMS]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return dict(zip(demo.PROGRAMS, ports, strict=True))
