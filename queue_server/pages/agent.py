"""The agents' page: the person, one lit key, who waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from queue_server.access import Access
from queue_server.actions.calling import NoDeskError, NotCompetentError, Seen, StaleTicketError
from queue_server.actions.queue import QueueActions
from queue_server.domain.states import Action, ForbiddenTransitionError
from queue_server.pages.rendering import SESSION_COOKIE, Pages, go
from queue_server.pages.sentences import why_not
from queue_server.pages.view import agent_view
from queue_server.storage.database import Database
from queue_server.storage.presences import presence_of
from queue_server.storage.tables import Agent, Presence

StepSeen = Annotated[int, Form(ge=0, le=2**31 - 1)]
REFUSED = (StaleTicketError, ForbiddenTransitionError, NotCompetentError)


@dataclass(frozen=True)
class AtDesk:
    """Who is signed in, and where."""

    agent: Agent
    presence: Presence


class Missing(Exception):  # noqa: N818 (not an error: the page that asks for what is missing comes first)
    """Nobody is signed in, or at no desk; ``address`` is the page that mends it."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class AgentPages:
    """The routes of the agents' page."""

    def __init__(self, pages: Pages, access: Access, actions: QueueActions, database: Database) -> None:
        self._pages = pages
        self._access = access
        self._actions = actions
        self._database = database

    def routes(self) -> APIRouter:
        """Return the routes, all under ``/agent``."""
        routes = APIRouter(include_in_schema=False, prefix="/agent")
        routes.add_api_route("", self.show)
        routes.add_api_route("/state", self.refresh)
        routes.add_api_route("/available", self.become_available, methods=["POST"])
        routes.add_api_route("/unavailable", self.no_longer_available, methods=["POST"])
        routes.add_api_route("/tickets/{ticket_id}/{action}", self.act, methods=["POST"])
        return routes

    def show(self, request: Request) -> Response:
        """Show the whole page."""
        try:
            return self._state("agent.html", self._at_desk(request))
        except Missing as missing:
            return RedirectResponse(missing.address, 303)

    def refresh(self, request: Request) -> Response:
        """Show the moving part of the page."""
        try:
            return self._state("_agent_state.html", self._at_desk(request))
        except Missing as missing:
            return go(request, missing.address)

    def become_available(self, request: Request) -> Response:
        """Say *disponible*: the first of the line is called."""
        return self._answer(request, lambda at: self._actions.become_available(at.agent, at.presence.site_id))

    def no_longer_available(self, request: Request) -> Response:
        """Take *disponible* back."""
        return self._answer(
            request, lambda at: self._actions.no_longer_available(at.agent, at.presence.site_id)
        )

    def act(self, request: Request, ticket_id: UUID, action: Action, step: StepSeen) -> Response:
        """Do one step of the visit on the ticket that the page showed."""
        seen = Seen(ticket_id, step)
        return self._answer(
            request, lambda at: self._actions.act(at.agent, at.presence.site_id, action, seen)
        )

    def _at_desk(self, request: Request) -> AtDesk:
        agent = self._access.agent(request.cookies.get(SESSION_COOKIE))
        if agent is None:
            raise Missing("/sign-in")
        with self._database.reading() as session:
            presence = presence_of(session, agent.id)
        if presence is None:
            raise Missing("/desk")
        return AtDesk(agent, presence)

    def _answer(self, request: Request, change: Callable[[AtDesk], object]) -> Response:
        """Make a change, then show what came of it, with a sentence when nothing was changed."""
        sentence = None
        try:
            change(self._at_desk(request))
            found = self._at_desk(request)
        except (Missing, NoDeskError) as missing:
            return go(request, getattr(missing, "address", "/desk"))
        except REFUSED as error:
            found = self._at_desk(request)
            with self._database.reading() as session:
                sentence = why_not(session, error, found.agent)
        if not request.headers.get("hx-request"):
            return go(request, "/agent")
        return self._state("_agent_state.html", found, sentence)

    def _state(self, template: str, at: AtDesk, sentence: str | None = None) -> Response:
        with self._database.reading() as session:
            view = agent_view(session, at.agent, at.presence, self._actions.clock())
        return self._pages.show(template, view=view, sentence=sentence)
