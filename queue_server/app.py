"""The only assembler of the server: settings in, application out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from house.guard import SECURITY_HEADERS, Guard
from house.pages import mount_static, page_environment
from house.words import catalogue
from queue_server.access import Access
from queue_server.actions.queue import QueueActions, utc_now
from queue_server.api import problems
from queue_server.api.board import board_routes
from queue_server.api.devices import device_routes
from queue_server.api.health import health_routes
from queue_server.api.tickets import ticket_routes
from queue_server.live import LiveBoards
from queue_server.pages.agent import AgentPages
from queue_server.pages.agent_live import AgentLive
from queue_server.pages.api_docs import api_docs_routes
from queue_server.pages.rendering import Pages
from queue_server.pages.sign_in import SignInPages
from queue_server.settings import ServerSettings
from queue_server.storage.database import Database

API_VERSION = "v1"
API = f"/api/{API_VERSION}"


def create_app(settings: ServerSettings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Assemble the server. ``clock`` gives aware instants."""
    database = Database(settings.database)
    live = LiveBoards(database, clock)
    actions = QueueActions(database, live.tell, clock)
    access = Access(database, clock, settings.demo)
    pages = Pages(page_environment())
    app = FastAPI(
        title="Porte ouverte",
        version=API_VERSION,
        docs_url=None,
        redoc_url=None,
        lifespan=_life(live, database),
    )
    for routes in (
        ticket_routes(actions, access),
        device_routes(actions, access),
        board_routes(database, live),
    ):
        app.include_router(routes, prefix=API)
    app.include_router(health_routes(database), prefix=API)
    app.include_router(api_docs_routes(app, pages))
    app.include_router(SignInPages(pages, access, actions, database, settings).routes())
    app.include_router(AgentPages(pages, access, actions, database).routes())
    app.include_router(AgentLive(pages, access, actions, database, live).routes())
    mount_static(app)
    _answer_errors(app, pages)
    app.add_middleware(Guard, refusal=_refuser(pages))
    return app


def _life(live: LiveBoards, database: Database) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        news = asyncio.create_task(live.run())
        yield
        news.cancel()
        with suppress(asyncio.CancelledError):
            await news
        database.close()

    return life


def _answer_errors(app: FastAPI, pages: Pages) -> None:
    """Errors of the API are problems; errors of pages are a French sentence."""
    problems.answer_with_problems(app)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> Response:
        if _is_api(request.scope):
            return problems.not_understood(error)
        return _page_of(pages, 422, catalogue().gettext("This page did not understand. Nothing was changed."))

    @app.exception_handler(HTTPException)
    async def plain_status(request: Request, error: HTTPException) -> Response:
        if _is_api(request.scope):
            return problems.of_status(error)
        is_guards = error.status_code == 413  # a body sent in pieces: the guard's own sentence
        sentence = error.detail if is_guards else catalogue().gettext("This page does not exist.")
        return _page_of(pages, error.status_code, sentence)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        if _is_api(request.scope):
            answer: Response = problems.problem(
                500, "about:blank", "The server met an error: it is in its records."
            )
        else:
            answer = _page_of(pages, 500, catalogue().gettext("The server met an error. Try again."))
        answer.headers.update(SECURITY_HEADERS)  # this answer does not pass by the guard
        return answer


def _refuser(pages: Pages) -> Callable[[Scope, int, str], Response]:
    def refuse(scope: Scope, status: int, sentence: str) -> Response:
        return (
            problems.refusal(scope, status, sentence) if _is_api(scope) else _page_of(pages, status, sentence)
        )

    return refuse


def _page_of(pages: Pages, status: int, sentence: str) -> HTMLResponse:
    return pages.show("sentence.html", status, sentence=sentence)


def _is_api(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/api/")
