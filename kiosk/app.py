"""The kiosk's program: the touch page, and behind it the book, the printer and the delivery."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from contract.client import ServerClient
from contract.follower import BoardFollower
from contract.messages import Board
from house.guard import Guard
from house.pages import mount_static
from house.works import unfailing
from kiosk.book import Book
from kiosk.delivery import Delivery
from kiosk.memory import Memory
from kiosk.pages import Pages
from kiosk.pile import SlipPile
from kiosk.printer import printer_of
from kiosk.printing import Printing
from kiosk.settings import KioskSettings
from kiosk.slip import Paper
from kiosk.tap import Gesture


class Kiosk:
    """Every part of one kiosk, joined. Opens the book: raises BookHeldError, SettingsError."""

    def __init__(self, settings: KioskSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        folder = settings.kiosk_data
        self.book = Book(folder / "book.sqlite")
        self.memory = Memory(folder / "remembered.json")
        self.pile = SlipPile(folder / "slips") if settings.slips_page else None
        self.client = ServerClient(settings.server_url, settings.kiosk_token.get_secret_value(), transport)
        self.follower = BoardFollower(settings.server_url, settings.site, self._hear)
        paper = Paper(settings.printer_profile, settings.slip_picture, settings.slip_link)
        self.printing = Printing(printer_of(settings), paper, self.address, self.pile)
        self.gesture = Gesture(self.book, self.printing, self.follower, lambda: self.delivery.due())
        self.delivery = Delivery(self.book, self.client, self.memory, self.gesture.renumber)
        if self.memory.remembered.reserve is not None:
            self.book.know_reserve(self.memory.remembered.reserve)

    def address(self) -> str:
        """The address for the slip: from the last good board, even one of yesterday."""
        return self.memory.remembered.texts.address

    async def _hear(self, board: Board) -> None:
        self.delivery.server_lives()
        await self.memory.keep_board(board)

    async def run(self) -> None:
        """Follow the board, deliver and report, until cancelled."""
        async with self.client, asyncio.TaskGroup() as works:
            works.create_task(unfailing(self.follower.follow))
            works.create_task(unfailing(self.delivery.run))
            works.create_task(
                unfailing(lambda: self.delivery.report_for_ever(lambda: self.printing.condition))
            )


def create_app(settings: KioskSettings, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """Assemble a kiosk. ``transport`` replaces the network in tests. Raises BookHeldError, SettingsError."""
    kiosk = Kiosk(settings, transport)
    pages = Pages(kiosk.gesture, kiosk.follower, kiosk.memory, kiosk.pile, kiosk.memory.now)
    app = Starlette(routes=pages.routes(), middleware=[Middleware(Guard)], lifespan=_lifespan(kiosk))
    mount_static(app)
    app.state.kiosk = kiosk
    return app


def _lifespan(kiosk: Kiosk) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(kiosk.run())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            await kiosk.gesture.finish()
            kiosk.book.close()

    return lifespan
