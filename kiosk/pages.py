"""What the kiosk's browser asks for: the touch page, a tap, and whether all is well behind it."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from contract.messages import Opening
from contract.symbols import symbol_of
from house.pages import page_environment
from house.words import catalogue, hour
from kiosk.book import BookSpentError
from kiosk.memory import Memory
from kiosk.pile import SlipPile
from kiosk.printer import Outcome
from kiosk.slip import people_before
from kiosk.tap import Gesture, News, Shown
from kiosk.tap import people_before as count_before

KEPT_SECONDS = 20
KEPT_WITHOUT_PAPER_SECONDS = 60
PEOPLE_DRAWN = 3
records = structlog.get_logger()


class Pages:
    """The pages of one kiosk. ``now`` tells the time in the site's zone."""

    def __init__(
        self, gesture: Gesture, news: News, memory: Memory, pile: SlipPile | None, now: Callable[[], datetime]
    ) -> None:
        self._gesture = gesture
        self._news = news
        self._memory = memory
        self._pile = pile
        self._now = now
        self._templates = page_environment()

    def routes(self) -> list[BaseRoute]:
        """Return the addresses of the kiosk; ``/slips`` exists only where the settings ask for it."""
        routes: list[BaseRoute] = [
            Route("/", self.touch),
            Route("/tap", self.tap, methods=["POST"]),
            Route("/ticket", self.ticket),
            Route("/state", self.state),
            Route("/health", self.health),
        ]
        if self._pile is not None:
            routes += [Route("/slips", self.slips), Route("/slips/{name}", self.slip)]
        return routes

    async def touch(self, _request: Request) -> Response:
        """The touch page, at rest."""
        return self._page("kiosk/touch.html", name=self._name(), opening=self._opening())

    async def tap(self, _request: Request) -> Response:
        """One tap: the number is on disk when this answers."""
        try:
            shown = self._gesture.tap(self._now())
        except (sqlite3.Error, BookSpentError) as error:
            records.error("no number given", cause=type(error).__name__)
            return Response(status_code=503)
        return self._ticket(shown)

    async def ticket(self, _request: Request) -> Response:
        """The number on the screen as it stands now: the printer may have answered, or the server."""
        shown = self._gesture.shown
        return Response(status_code=204) if shown is None else self._ticket(shown)

    async def state(self, _request: Request) -> Response:
        """A sign of life, and what may have changed; ``shown`` changes when ``/ticket`` is to be asked."""
        shown = self._gesture.shown
        return JSONResponse(
            {"name": self._name(), "opening": self._opening(), "shown": shown.key if shown else ""}
        )

    async def health(self, _request: Request) -> Response:
        """The program lives; says whether its news is fresh."""
        return JSONResponse({"status": "ok", "news": count_before(self._news) is not None})

    async def slips(self, _request: Request) -> Response:
        """The last slips as pictures."""
        return self._page("kiosk/slips.html", slips=self._pile.newest() if self._pile else [])

    async def slip(self, request: Request) -> Response:
        """One picture."""
        path = self._pile.picture(request.path_params["name"]) if self._pile else None
        return Response(status_code=404) if path is None else FileResponse(path, media_type="image/png")

    def _page(self, template: str, **values: object) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(values))

    def _ticket(self, shown: Shown) -> Response:
        number, ahead = shown.ticket.number, shown.people_before
        symbol = symbol_of(number)
        return self._page(
            "kiosk/_ticket.html",
            shown=shown,
            number=number,
            symbol_code=symbol,
            symbol_name=catalogue().pgettext("symbol", symbol),
            people_before=None if ahead is None else people_before(ahead),
            people=range(ahead if ahead and ahead <= PEOPLE_DRAWN else 0),
            seconds=KEPT_SECONDS if _has_paper(shown) else KEPT_WITHOUT_PAPER_SECONDS,
        )

    def _name(self) -> str:
        return self._memory.remembered.texts.name

    def _opening(self) -> str:
        board = self._news.board
        if board is None:
            return ""
        return opening_sentence(board.opening, self._now(), fresh=count_before(self._news) is not None)


def opening_sentence(opening: Opening, now: datetime, *, fresh: bool) -> str:
    """Say until when the site is open. Old news says nothing, unless it named an hour still to come."""
    words = catalogue()
    if opening.until is not None and opening.state == "open" and now < opening.until:
        return words.gettext("Open until %(hour)s") % {"hour": hour(opening.until.astimezone(now.tzinfo))}
    if not fresh or opening.until is not None:
        return ""
    return words.gettext("Open") if opening.state == "open" else words.gettext("The reception is closed.")


def _has_paper(shown: Shown) -> bool:
    return shown.paper in ("coming", Outcome.PRINTED)
