"""Signing in, choosing a desk, signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from house.words import catalogue
from queue_server.access import SESSION, Access, DemoPasswordError, TooManyTriesError, WrongPasswordError
from queue_server.actions.queue import DeskTakenError, QueueActions, StillWithSomeoneError, UnknownDeskError
from queue_server.pages.rendering import SESSION_COOKIE, Pages
from queue_server.settings import ServerSettings
from queue_server.storage.database import Database
from queue_server.storage.presences import desks_for, presence_of
from queue_server.storage.tables import Agent

Field = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
DeskId = Annotated[int, Form(ge=1, le=2**31 - 1)]


class SignInPages:
    """The routes of signing in and out, and of the choice of a desk."""

    def __init__(
        self,
        pages: Pages,
        access: Access,
        actions: QueueActions,
        database: Database,
        settings: ServerSettings,
    ) -> None:
        self._pages = pages
        self._access = access
        self._actions = actions
        self._database = database
        self._settings = settings

    def routes(self) -> APIRouter:
        """Return the routes."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/", self.enter)
        routes.add_api_route("/sign-in", self.ask)
        routes.add_api_route("/sign-in", self.sign_in, methods=["POST"])
        routes.add_api_route("/sign-out", self.sign_out, methods=["POST"])
        routes.add_api_route("/desk", self.choose)
        routes.add_api_route("/desk", self.take, methods=["POST"])
        return routes

    def enter(self) -> Response:
        """Lead to the agents' page, which asks for what is missing."""
        return RedirectResponse("/agent", 303)

    def ask(self) -> Response:
        """Ask for a login and a password."""
        return self._ask()

    def sign_in(self, login: Field, password: Field) -> Response:
        """Open a session."""
        try:
            token = self._access.sign_in(login.strip().lower(), password)
        except (WrongPasswordError, DemoPasswordError, TooManyTriesError) as error:
            return self._ask(_why_not(error), login, 403)
        answer = RedirectResponse("/desk", 303)
        answer.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            secure=self._settings.https_only,
            samesite="strict",
        )
        return answer

    def sign_out(self, request: Request) -> Response:
        """Free the desk and end the session; never blocked."""
        token = request.cookies.get(SESSION_COOKIE, "")
        agent = self._access.agent(token)
        if agent is not None:
            self._leave_if_free(agent)
            self._access.sign_out(token)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    def choose(self, request: Request) -> Response:
        """Show the desks of the agent's sites."""
        agent = self._access.agent(request.cookies.get(SESSION_COOKIE))
        return self._desks(agent) if agent else RedirectResponse("/sign-in", 303)

    def take(self, request: Request, desk: DeskId) -> Response:
        """Sit down at a desk."""
        agent = self._access.agent(request.cookies.get(SESSION_COOKIE))
        if agent is None:
            return RedirectResponse("/sign-in", 303)
        _ = catalogue().gettext
        try:
            self._actions.choose_desk(agent, desk)
        except DeskTakenError:
            return self._desks(agent, _("A colleague has just taken this desk. Choose another one."))
        except UnknownDeskError:
            return self._desks(agent, _("This desk is not one of your sites'. Choose another one."))
        except StillWithSomeoneError:
            return self._desks(agent, _("A person is with you: end this interview first, then change desk."))
        return RedirectResponse("/agent", 303)

    def _ask(self, sentence: str | None = None, login: str = "", status: int = 200) -> Response:
        return self._pages.show(
            "sign_in.html", status, sentence=sentence, login=login, demo=self._settings.demo
        )

    def _desks(self, agent: Agent, sentence: str | None = None) -> Response:
        with self._database.reading() as session:
            desks = desks_for(session, agent.id, self._actions.clock())
            seated = presence_of(session, agent.id) is not None
        status = 409 if sentence else 200
        return self._pages.show(
            "desk.html", status, agent=agent, desks=desks, seated=seated, sentence=sentence
        )

    def _leave_if_free(self, agent: Agent) -> None:
        """Someone called or received keeps the agent's desk: the person is not forgotten."""
        try:
            self._actions.leave_desk(agent)
        except StillWithSomeoneError:
            return


def _why_not(error: Exception) -> str:
    _ = catalogue().gettext
    if isinstance(error, TooManyTriesError):
        return _("Too many tries. Wait five minutes, or ask your administrator.")
    if isinstance(error, DemoPasswordError):
        return _("This password is the demonstration's: ask your administrator for another one.")
    return _("This login or this password is not right.")
