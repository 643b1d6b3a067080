"""The four real programs of the demonstration on free ports, each of which a journey may kill."""

import socket
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import update

from deploy import demo
from queue_server.storage.database import Database
from queue_server.storage.tables import Site


class House:
    """A running site. ``address`` of each program by its name."""

    def __init__(self, data: Path, database: str) -> None:
        self.data = data
        self.ports = free_ports()
        self._environment = demo.prepare(self.ports, data, database)
        place_where_it_is_noon(database)
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

    def fill_the_room(self, people: int) -> None:
        """Have people come, as a kiosk that is out of leased numbers gives them its reserve."""
        token = (self.data / "tokens" / "kiosk").read_text(encoding="utf-8")
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{self.address('server')}/api/v1", headers=headers) as kiosk:
            day = kiosk.post("/books", json={}).raise_for_status().json()["day"]
            for number in range(599, 599 - people, -1):
                now = datetime.now(UTC).isoformat()
                ticket = {"id": str(uuid4()), "day": day, "number": number, "taken_at": now}
                kiosk.post("/tickets", json=ticket).raise_for_status()

    def board(self) -> dict[str, Any]:
        """The board, as any screen reads it."""
        answer = httpx.get(f"{self.address('server')}/api/v1/board", timeout=5)
        read: dict[str, Any] = answer.json()
        return read


def place_where_it_is_noon(address: str) -> None:
    """Move the site to where it is about noon: on the real clock, no journey may cross midnight."""
    database = Database(address)
    with database.writing() as session:
        session.execute(update(Site).values(time_zone=noon_zone(datetime.now(UTC))))
    database.close()


def noon_zone(now: datetime) -> str:
    """Return a zone without summer time where it is between noon and one o'clock; east is minus there."""
    return f"Etc/GMT{now.hour - 12:+d}"


def free_ports() -> dict[str, int]:
    """Return four free ports in a row, the server's first, as the demonstration wants them."""
    while True:
        with socket.create_server((demo.HOST, 0)) as probe:
            first: int = probe.getsockname()[1]
        if all(_is_free(port) for port in range(first, first + len(demo.PROGRAMS))):
            return demo.ports_from(first)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((demo.HOST, port))
        except (OSError, OverflowError):
            return False
    return True
