"""Serving a program's pages: one uvicorn, quiet, with no record of who asked for what."""

import errno
import gc
import socket

import uvicorn
from starlette.types import ASGIApp

from house.guard import MAX_BODY_BYTES
from house.settings import SettingsError
from house.words import catalogue

COLLECT_AFTER = 20_000
"""How many more objects before the collector looks at the youngest (Python's own choice: 700 or 2,000)."""
NOT_HERE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})


class ListenError(SettingsError):
    """The program cannot listen there; the text says why and names the setting to change."""


def serve(app: ASGIApp, host: str, port: int, setting: str) -> None:
    """Serve until told to stop. Raises ListenError, naming ``setting`` (the port's) or the host's."""
    listener = _listen(host, port, setting)
    config = uvicorn.Config(
        app,
        http="h11",  # measured: a compiled parser gains us nothing, the work is behind it
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        ws_per_message_deflate=False,
        ws_max_size=MAX_BODY_BYTES,  # the guard counts bodies, not frames
        timeout_graceful_shutdown=2,
    )
    _calm_the_collector()
    uvicorn.Server(config).run(sockets=[listener])


def _calm_the_collector() -> None:
    """Keep what was loaded out of its walks, and let it walk less often: one made answers wait for 80 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as error:
        raise why_not(error, host, port, setting) from error
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise why_not(error, host, port, setting) from error
    return listener


def why_not(error: Exception, host: str, port: int, setting: str) -> ListenError:
    """Return the error that says why a program cannot listen on ``host`` and ``port``."""
    _ = catalogue().gettext
    code = error.errno if isinstance(error, OSError) else None
    settings = {"setting": setting, "host_setting": setting.removesuffix("PORT") + "HOST"}
    if isinstance(error, socket.gaierror | UnicodeError) or code in NOT_HERE:
        sentence = _("the address %(host)s is not one of this machine: correct %(host_setting)s.")
    elif code == errno.EADDRINUSE:
        sentence = _("the port %(port)s is already in use: free it, or choose another one with %(setting)s.")
    elif code in FORBIDDEN:
        sentence = _("the system keeps the port %(port)s: choose one above 1023 with %(setting)s.")
    else:
        sentence = _(
            "listening on %(host)s:%(port)s is not possible (%(why)s): see %(host_setting)s, %(setting)s."
        )
    return ListenError(sentence % {"host": host, "port": port, "why": error, **settings})
