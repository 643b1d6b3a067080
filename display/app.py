"""The waiting-room program: follows the board, announces, and serves the page of the television."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import FastAPI, HTTPException, Path, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from contract.follower import BoardFollower
from contract.heartbeat import keep_reporting
from contract.messages import DeviceStatus
from display.announcer import CHIME, Announcer
from display.heartbeat import pulse, status
from display.pace import Pace
from display.pages import Page, Pages
from display.place import place_of
from display.settings import DisplaySettings
from display.view import View
from house.guard import Guard
from house.pages import STATIC, mount_static
from house.works import unfailing
from speech.cache import SpeechCache
from speech.library import absent_part
from speech.sound import measure
from speech.voice import Voice

records = structlog.get_logger()


class Display:
    """The parts of the program, put together once."""

    def __init__(self, settings: DisplaySettings, pace: Pace) -> None:
        self.settings = settings
        self.pace = pace
        self.pages = Pages()
        self.view = View(settings, pace)
        self.voice = SpeechCache(settings.display_data / "voice", Voice(settings.voice, settings.voice_rate))
        chime_seconds = measure(STATIC / CHIME).seconds
        self.announcer = Announcer(self.voice, self.pages, self.view, pace, chime_seconds, self.news_age)
        self.follower = BoardFollower(settings.server_url, settings.site, self.announcer.hear)
        self.tasks: list[asyncio.Task[None]] = []
        self._started = time.monotonic()

    def news_age(self) -> float:
        """Seconds since the link last proved alive; since the start when it never did."""
        age = self.follower.age()
        return time.monotonic() - self._started if age is None else age

    def status(self) -> DeviceStatus:
        """Return the heartbeat, as of now."""
        return status(self.pages, self.announcer.sound(), datetime.now(UTC))

    def start(self) -> None:
        """Start following, announcing and the two pulses."""
        if (absent := absent_part()) is not None:
            records.error("no voice", cause=absent)
        token = self.settings.display_token.get_secret_value()
        works = (
            self.follower.follow,
            self.announcer.run,
            lambda: pulse(self.pages, self.news_age, self.pace.pulse),
            lambda: keep_reporting(self.settings.server_url, token, self.status, self.pace.report),
        )
        self.tasks = [asyncio.create_task(unfailing(work)) for work in works]

    async def stop(self) -> None:
        """Stop all that was started."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def create_app(settings: DisplaySettings, pace: Pace | None = None) -> FastAPI:
    """Build the program's application; ``pace`` is for tests that cannot wait."""
    display = Display(settings, pace or Pace())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        display.start()
        yield
        await display.stop()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    mount_static(app)
    _add_page(app, display)
    _add_voice(app, display)
    _add_health(app, display)
    return app


def _add_page(app: FastAPI, display: Display) -> None:
    announcer = display.announcer

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        screen = announcer.hall.screen(time.monotonic())
        return display.view.page(screen, place_of(announcer.hall.board), datetime.now(UTC))

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        page = Page()
        announcer.welcome(page)
        sending = asyncio.create_task(page.send_all(socket))
        try:
            with suppress(WebSocketDisconnect):
                while True:
                    page.hear(await socket.receive_text())
        finally:
            display.pages.leave(page)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


def _add_voice(app: FastAPI, display: Display) -> None:
    @app.get("/voice/{key}.wav")
    async def voice(key: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]) -> FileResponse:
        path = await display.voice.find(key)
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, media_type="audio/wav")


def _add_health(app: FastAPI, display: Display) -> None:
    @app.get("/health")
    async def health() -> JSONResponse:
        alive = not any(task.done() for task in display.tasks)
        facts = {
            "status": "ok" if alive else "fault",
            "news_age": round(display.news_age(), 1),
            "pages": len(display.pages),
            "screen": display.pages.screen(),
            "sound": display.announcer.sound(),
        }
        return JSONResponse(facts, 200 if alive else 503)
