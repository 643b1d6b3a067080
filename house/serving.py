"""Serving a program's pages: one uvicorn, quiet, with no record of who asked for what."""

import gc
import socket

import uvicorn
from starlette.types import ASGIApp

from house.words import catalogue

COLLECT_AFTER = 20_000
"""How many more objects before the collector looks at the youngest (Python's own choice: 700 or 2,000)."""


class PortTakenError(Exception):
    """The port is in use; the text names it and the setting that changes it."""


def serve(app: ASGIApp, host: str, port: int, setting: str) -> None:
    """Serve until told to stop. Raises PortTakenError, naming ``setting``, when the port is in use."""
    listener = _listen(host, port, setting)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        ws_per_message_deflate=False,
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
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        sentence = catalogue().gettext(
            "the port %(port)s is already in use: free it, or choose another one with %(setting)s."
        )
        raise PortTakenError(sentence % {"port": port, "setting": setting}) from error
    return listener
