"""The guard at every program's door: cross-site requests, sizes, and the headers of each answer.

Cross-site requests are refused by header check (Fetch Metadata, then Origin), as described in the OWASP
cheat sheet on cross-site request forgery: no token to carry in forms, nothing to expire.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from house.words import catalogue

MAX_BODY_BYTES = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
RAW_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
Refusal = Callable[[Scope, int, str], Response]


def plain_refusal(_scope: Scope, status: int, sentence: str) -> Response:
    """The refusal of a room whose pages need no more than a sentence."""
    return PlainTextResponse(sentence, status)


class Guard:
    """ASGI middleware. ``refusal`` makes the answer to a refused request from (scope, status, sentence)."""

    def __init__(self, app: ASGIApp, refusal: Refusal = plain_refusal) -> None:
        self._app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if _is_cross_site(scope):
            await self._refuse_foreign(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
            await self._refusal(scope, 413, _too_large())(scope, receive, _with_headers(send))
            return
        await self._app(scope, _limited(receive), _with_headers(send))

    async def _refuse_foreign(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        sentence = catalogue().gettext("This request comes from another site. Nothing was changed.")
        await self._refusal(scope, 403, sentence)(scope, receive, _with_headers(send))


def _too_large() -> str:
    return catalogue().gettext("This request is too large. Nothing was changed.")


def _is_cross_site(scope: Scope) -> bool:
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return False
    headers = Headers(scope=scope)
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None and scope["type"] == "http":
        return fetch_site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _limited(receive: Receive) -> Receive:
    """Count what really comes: a body sent in pieces declares no length."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise HTTPException(413, _too_large())
        return message

    return limited


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _value in message["headers"]}
            missing = [header for header in RAW_HEADERS if header[0] not in given]
            message["headers"] = [*message["headers"], *missing]
        await send(message)

    return with_headers
