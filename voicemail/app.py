"""The phone-announcement program: follows the board, records, and lets staff hear and read the result."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from contract.follower import BoardFollower
from contract.heartbeat import installed_version, keep_reporting
from contract.messages import DeviceStatus
from house.guard import Guard
from house.pages import mount_static, page_environment
from house.works import unfailing
from speech.voice import Voice
from voicemail.recording import Announcer
from voicemail.settings import VoicemailSettings


class Voicemail:
    """The parts of the program, put together once."""

    def __init__(self, settings: VoicemailSettings) -> None:
        self.settings = settings
        self.announcer = Announcer(settings.voicemail_data, Voice(settings.voice, settings.voice_rate))
        self.follower = BoardFollower(settings.server_url, settings.site, self.announcer.hear)
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start following, recording and reporting."""
        token = self.settings.voicemail_token.get_secret_value()
        works = (
            self.follower.follow,
            self.announcer.run,
            lambda: keep_reporting(self.settings.server_url, token, self.status),
        )
        self.tasks = [asyncio.create_task(unfailing(work)) for work in works]

    async def stop(self) -> None:
        """Stop all that was started."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def status(self) -> DeviceStatus:
        """Return the heartbeat: whether callers hear the right announcement."""
        sound = self.announcer.sound()
        return DeviceStatus(version=installed_version(), clock=datetime.now(UTC), sound=sound)

    def page(self) -> str:
        """Return the page where staff hear and read the announcement."""
        board, current = self.follower.board, self.announcer.current
        return (
            page_environment()
            .get_template("voicemail/page.html")
            .render(
                name="" if board is None else board.texts.name,
                wanted=self.announcer.wanted,
                current=current,
                made_at=current and current.made_at.astimezone(board.opening.zone() if board else None),
                fault=self.announcer.fault,
            )
        )


def create_app(settings: VoicemailSettings) -> FastAPI:
    """Build the program's application."""
    voicemail = Voicemail(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        voicemail.start()
        yield
        await voicemail.stop()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    mount_static(app)
    _add_page(app, voicemail)
    _add_health(app, voicemail)
    return app


def _add_page(app: FastAPI, voicemail: Voicemail) -> None:
    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return voicemail.page()

    @app.get("/message.wav")
    async def message() -> FileResponse:
        current = voicemail.announcer.current
        if current is None:
            raise HTTPException(404)
        return FileResponse(current.recording.path, media_type="audio/wav")


def _add_health(app: FastAPI, voicemail: Voicemail) -> None:
    @app.get("/health")
    async def health() -> JSONResponse:
        alive = not any(task.done() for task in voicemail.tasks)
        age = voicemail.follower.age()
        facts = {
            "status": "ok" if alive else "fault",
            "news_age": None if age is None else round(age, 1),
            "sound": voicemail.announcer.sound(),
        }
        return JSONResponse(facts, 200 if alive else 503)
