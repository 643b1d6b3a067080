"""The bare references: what the libraries do when they do nothing for anybody.

``python -m benchmarks.bare hello PORT | broadcast PORT SIZE``
"""

import asyncio
import json
import sys
from contextlib import suppress

from starlette.types import Receive, Scope, Send
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from house.serving import serve as serve_app

HELLO = b"hello"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Receive a request whole, without looking at it, and answer "hello"."""
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": HELLO})


async def broadcasting(port: int, size: int) -> None:
    """Send a new message to every listener each time one connection, the trigger, says something."""
    listeners: set[ServerConnection] = set()
    count = 0

    async def welcome(link: ServerConnection) -> None:
        nonlocal count
        listeners.add(link)
        await link.send(_message(count, size))
        with suppress(ConnectionClosed):
            async for _trigger in link:
                count += 1
                broadcast(listeners, _message(count, size))
        listeners.discard(link)

    async with serve(welcome, "127.0.0.1", port, compression=None, ping_interval=None):
        await asyncio.Future()


def _message(count: int, size: int) -> str:
    bare = json.dumps({"revision": count, "fill": ""})
    return json.dumps({"revision": count, "fill": "x" * (size - len(bare))})


def main() -> None:
    """Be the reference named on the command line."""
    name, *rest = sys.argv[1:]
    if name == "hello":
        serve_app(hello, "127.0.0.1", int(rest[0]), "PORT")
    elif name == "broadcast":
        asyncio.run(broadcasting(int(rest[0]), int(rest[1])))


if __name__ == "__main__":
    main()
