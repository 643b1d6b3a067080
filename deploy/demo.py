"""The demonstration: the four real programs on one machine, with a sample site and no hardware.

It starts programs and imports none of them. They stay in the caller's process group: Ctrl-C reaches all.
"""

import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from house.words import catalogue

PROGRAMS = ("server", "kiosk", "display", "voicemail")
DEVICES = ("kiosk", "display", "voicemail")
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
LAST_PORT = 65535
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""This machine is never reached through a proxy."""
HEALTH = {"server": "/api/v1/health"}


class DemoError(Exception):
    """The demonstration cannot go on; the text is for the person who started it."""


def main() -> None:
    """Run the demonstration until Ctrl-C."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell starts jobs in the background with SIGINT ignored
        signal.signal(stop, _interrupt)
    try:
        run(_port_of(os.environ.get("PORT") or "8000"), Path(os.environ.get("DATA") or "demo-data").resolve())
    except DemoError as error:
        sys.exit(f"porte-ouverte : {error}")
    except KeyboardInterrupt:
        sys.exit(0)


def _port_of(value: str) -> int:
    """Read the server's port; the last program must have one too."""
    most = LAST_PORT - len(PROGRAMS) + 1
    if value.isdecimal() and 1 <= int(value) <= most:
        return int(value)
    sentence = catalogue().gettext("PORT=%(value)s is not possible: choose a number from 1 to %(most)s.")
    raise DemoError(sentence % {"value": value, "most": most})


def run(port: int, data: Path) -> None:
    """Start everything on ``port`` and the three after it, files under ``data``. Raises DemoError."""
    ports = ports_from(port)
    for each in ports.values():
        _check_free(each)
    environment = prepare(ports, data)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for names in (PROGRAMS[:1], PROGRAMS[1:]):  # devices look for the server as they start
            children |= {name: start(environment, name) for name in names}
            for name in names:
                wait_until_ready(name, ports[name], children[name])
        _welcome(ports)
        _watch(children)
    finally:
        stop_all(children)


def ports_from(port: int) -> dict[str, int]:
    """Return the port of each program, from the server's."""
    return {name: port + rank for rank, name in enumerate(PROGRAMS)}


def prepare(ports: dict[str, int], data: Path, database: str | None = None) -> dict[str, str]:
    """Make the database and the sample site; return the settings of the programs. Raises DemoError.

    ``database`` is the address of another one than the SQLite file of ``data``.
    """
    environment = settings_of(ports, data, tokens_of(data))
    if database is not None:
        environment["PORTE_OUVERTE_DATABASE"] = database
    run_once(environment, "server", "migrate")
    run_once(environment, "server", "sample", str(data / "tokens"))
    return environment


def settings_of(ports: dict[str, int], data: Path, tokens: dict[str, str]) -> dict[str, str]:
    """Return the settings of the four programs, as an administrator would write them."""
    settings = {
        "DATABASE": f"sqlite:///{data / 'queue.sqlite'}",
        "DEMO": "true",
        "HTTPS_ONLY": "false",
        "SERVER_URL": f"http://{HOST}:{ports['server']}",
        "SITE": "mds-demo",
        "PRINTER": "file",
        "PRINTER_FILE": str(data / "kiosk" / "printed.bin"),
        "SLIPS_PAGE": "true",
        "SIP_PORT": os.environ.get("SIP_PORT") or "5062",
    }
    settings |= {f"{name.upper()}_PORT": str(ports[name]) for name in PROGRAMS}
    settings |= {f"{kind.upper()}_TOKEN": tokens[kind] for kind in DEVICES}
    settings |= {f"{kind.upper()}_DATA": str(data / kind) for kind in DEVICES}
    for kind in DEVICES:
        (data / kind).mkdir(parents=True, exist_ok=True)
    given = {name: value for name, value in os.environ.items() if name.startswith("PORTE_OUVERTE_")}
    ours = {f"PORTE_OUVERTE_{name}": value for name, value in settings.items()}
    return {**os.environ, **_without_proxy(), **ours, **given}


def _without_proxy() -> dict[str, str]:
    """Return what keeps the programs, which all are here, from looking for each other through a proxy."""
    before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    away = before if before == "*" else ",".join(filter(None, (before, HOST, "localhost")))
    return {"no_proxy": away, "NO_PROXY": away}


def tokens_of(data: Path) -> dict[str, str]:
    """Return each device's token, made at the first start and kept where only this user can read it."""
    folder = data / "tokens"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        _ = catalogue().gettext
        sentence = _("the folder %(folder)s cannot be written (%(why)s): choose another one with DATA=.")
        raise DemoError(sentence % {"folder": data, "why": error.strerror}) from error
    return {kind: _token(folder / kind) for kind in DEVICES}


def _token(path: Path) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8")


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            _ = catalogue().gettext
            if error.errno == errno.EADDRINUSE:
                sentence = _("the port %(port)s is already in use: choose another one with PORT=.")
            else:
                sentence = _("the port %(port)s cannot be used (%(why)s): choose another one with PORT=.")
            raise DemoError(sentence % {"port": port, "why": error.strerror}) from error


def _program(name: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "porte_ouverte", name, *words]


def run_once(environment: dict[str, str], *words: str) -> None:
    """Run a command of ``porte-ouverte`` to its end. Raises DemoError."""
    done = subprocess.run(_program(*words), env=environment, check=False)
    if done.returncode:
        raise DemoError(catalogue().gettext("the preparation did not succeed: the reason is written above."))


def start(environment: dict[str, str], name: str) -> subprocess.Popen[bytes]:
    """Start a program."""
    return subprocess.Popen(_program(name), env=environment)


def wait_until_ready(name: str, port: int, child: subprocess.Popen[bytes]) -> None:
    """Wait until a program answers. Raises DemoError when it stops, or takes a minute."""
    address = f"http://{HOST}:{port}{HEALTH.get(name, '/health')}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            DIRECT.open(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise DemoError(_has_stopped(name))


def _has_stopped(name: str) -> str:
    return catalogue().gettext("the program %(name)s has stopped: the reason is written above.") % {
        "name": name
    }


def _welcome(ports: dict[str, int]) -> None:
    _ = catalogue().gettext
    pages = (
        (_("Kiosk"), "kiosk", "/"),
        (_("Screen of the waiting room"), "display", "/"),
        (_("Agents"), "server", "/"),
        (_("Telephone announcement"), "voicemail", "/"),
        (_("Printed tickets"), "kiosk", "/slips"),
    )
    lines = (
        _("Porte ouverte is ready."),
        "",
        *(f"  {title:<29} http://{HOST}:{ports[name]}{path}" for title, name, path in pages),
        "",
        _("Accounts: amina, joel, dominique. Password: demo."),
        "",
        _("1. Open the screen of the waiting room, and touch it once for the sound."),
        _("2. Touch the kiosk: a number comes out."),
        _("3. Sign in as amina, choose a desk, press the space bar: the number is called."),
        "",
        _("Ctrl-C stops everything."),
    )
    print("\n".join(lines), flush=True)


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Stay until a program stops by itself, which is a fault."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                raise DemoError(_has_stopped(name))
        time.sleep(0.3)


def stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Stop the programs, kindly first."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
