"""Tickets and books: what a kiosk delivers and asks for."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from contract.messages import BookRequest, Lease, TicketAccepted, TicketTaken
from queue_server.access import Access
from queue_server.actions.intake import Intake
from queue_server.actions.queue import QueueActions
from queue_server.api.problems import may_answer

Authorization = Annotated[str | None, Header()]
PROBLEMS = may_answer(401, 403, 409, 413, 422)


def ticket_routes(actions: QueueActions, access: Access) -> APIRouter:
    """Return the routes of tickets and books."""
    routes = APIRouter(tags=["kiosk"])
    intake = Intake(access, actions)

    @routes.post(
        "/tickets",
        status_code=201,
        response_model=TicketAccepted,
        responses={200: {"model": TicketAccepted}, **PROBLEMS},
    )
    async def deliver_ticket(taken: TicketTaken, authorization: Authorization = None) -> Response:
        """Take a ticket in. 201 when it is new, 200 when this very ticket was already held."""
        accepted = await intake.deliver(authorization, taken)
        return Response(
            accepted.answer.model_dump_json(), 201 if accepted.is_new else 200, media_type="application/json"
        )

    @routes.post("/books", responses=PROBLEMS)
    def ask_for_numbers(_request: BookRequest, authorization: Authorization = None) -> Lease:
        """Lease today's numbers: all the ranges of the device, topped up."""
        return actions.lease(access.device(authorization, "books"))

    return routes
