"""HTTP/1.1 with keep-alive, as little of it as a measuring client needs: the same for ours and for hello."""

import asyncio


class Wire(asyncio.Protocol):
    """One connection, one request at a time. Answers must carry a content-length."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Finish the answer once it is whole."""
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        length = int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length and self._answer is not None and not self._answer.done():
            self._received = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell whoever waits that no answer will come."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())
        self._transport = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request, return the status and the body. Raises ConnectionResetError."""
        if self._transport is None:
            raise ConnectionResetError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


async def connect(port: int) -> Wire:
    """Open a connection to the loopback. Raises OSError."""
    _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
    return wire


def post(path: str, token: str, body: bytes) -> bytes:
    """Compose a device's request."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
