"""Boards for the tests of the screen, and a server that does nothing but send them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from contract.messages import Arrow, Board, Call, Desk, DeskWord, Line, Opening, Texts
from contract.symbols import symbol_of

MORNING = datetime(2031, 3, 4, 9, 42, tzinfo=UTC)


def call(number: int, at: datetime = MORNING, desk: str = "3", identity: int | None = None) -> Call:
    """Build the call of ``number`` to an office on the right."""
    return Call(
        id=UUID(int=number if identity is None else identity),
        label=str(number),
        symbol=symbol_of(number),
        desk=Desk(word=DeskWord.OFFICE, mark=desk, arrow=Arrow.RIGHT),
        at=at,
    )


def undone(made: Call) -> Call:
    """Return the same call, withdrawn."""
    return made.model_copy(update={"withdrawn": True})


def board(
    *calls: Call, at: datetime = MORNING, expected: Sequence[str] = (), revision: int = 1, name: str = "MDS"
) -> Board:
    """Build a board with these calls, newest first."""
    return Board(
        site="demo",
        revision=revision,
        at=at,
        waiting=4,
        calls=sorted(calls, key=lambda made: made.at, reverse=True),
        expected=list(expected),
        opening=Opening(state="open"),
        line=Line(state="busy"),
        texts=Texts(name=name),
    )


class BoardSource:
    """Sends the last board to whoever listens, as the server does at ``/api/v1/board``."""

    def __init__(self) -> None:
        self._revision = 0
        self._board = board(at=datetime.now(UTC))
        self._links: set[ServerConnection] = set()
        self._server = serve(self._greet, "127.0.0.1", 0, compression=None)
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def show(self, *calls: Call, expected: Sequence[str] = ()) -> None:
        """Send a new board."""
        self._revision += 1
        self._board = board(*calls, at=datetime.now(UTC), expected=expected, revision=self._revision)
        for link in list(self._links):
            link.send(self._board.model_dump_json())

    def die(self) -> None:
        """Go away, closing every link."""
        self._server.shutdown()
        for link in list(self._links):
            link.close()
        self._thread.join()

    def _greet(self, link: ServerConnection) -> None:
        self._links.add(link)
        try:
            link.send(self._board.model_dump_json())
            for _ in link:
                pass
        except ConnectionClosed:
            pass
        finally:
            self._links.discard(link)


@contextmanager
def board_source() -> Iterator[BoardSource]:
    """Run a source for the time of a test."""
    source = BoardSource()
    try:
        yield source
    finally:
        source.die()


def soon(seconds: float, since: datetime = MORNING) -> datetime:
    """Return an instant of the morning, ``seconds`` after the first call."""
    return since + timedelta(seconds=seconds)
