"""Errors of the API as RFC 9457 problems: a sentence, never what the caller sent."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from contract.messages import NUMBER_NOT_YOURS, NUMBER_TAKEN, TICKET_DIFFERS, Lease, Problem
from queue_server.access import NotAllowedError, UnknownTokenError
from queue_server.actions.issuing import NumberIsTakenError, NumberNotYoursError, TicketDiffersError
from queue_server.storage.sites import UnknownSiteError

KNOWN: dict[type[Exception], tuple[int, str, str]] = {
    UnknownTokenError: (
        401,
        "/problems/unknown-token",
        "This token is not a device's: enrol the device again.",
    ),
    NotAllowedError: (403, "/problems/not-allowed", "This kind of device may not call this."),
    UnknownSiteError: (404, "/problems/unknown-site", "No site has this code: check the site setting."),
    TicketDiffersError: (409, TICKET_DIFFERS, "This id is known with another day, number or instant."),
    NumberNotYoursError: (422, NUMBER_NOT_YOURS, "This number is outside the device's ranges of that day."),
}
NOT_UNDERSTOOD = (422, "/problems/not-understood", "This message is not understood: see /openapi.json.")


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe, for the schema, the statuses that a route may answer with a problem."""
    return {status: {"model": Problem} for status in statuses}


def problem(status: int, kind: str, title: str, detail: str = "", lease: Lease | None = None) -> JSONResponse:
    """Make a problem answer; ``kind`` is a relative address that names the problem."""
    body = Problem(type=kind, title=title, status=status, detail=detail, lease=lease)
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), status, media_type="application/problem+json"
    )


def refusal(_scope: Scope, status: int, sentence: str) -> JSONResponse:
    """Make the answer of the guard at the door."""
    return problem(status, "about:blank", HTTPStatus(status).phrase, sentence)


def answer_with_problems(app: FastAPI) -> None:
    """Register the answers of the API's errors."""
    for error in KNOWN:
        app.add_exception_handler(error, _known)
    app.add_exception_handler(NumberIsTakenError, _number_taken)


def not_understood(error: RequestValidationError) -> JSONResponse:
    """Name the places that are wrong, without their content."""
    places = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()[:10]})
    return problem(*NOT_UNDERSTOOD, detail=", ".join(_own_words(place) for place in places))


def of_status(error: HTTPException) -> JSONResponse:
    """Make the problem of a plain HTTP status (no such address, no such method)."""
    answer = problem(error.status_code, "about:blank", HTTPStatus(error.status_code).phrase)
    answer.headers.update(error.headers or {})
    return answer


async def _known(_request: Request, error: Exception) -> JSONResponse:
    answer = problem(*KNOWN[type(error)])
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.headers["www-authenticate"] = "Bearer"
    return answer


async def _number_taken(_request: Request, error: Exception) -> JSONResponse:
    lease = error.lease if isinstance(error, NumberIsTakenError) else None
    return problem(
        409, NUMBER_TAKEN, "Another ticket has this number: re-number from the lease.", lease=lease
    )


def _own_words(place: str) -> str:
    """Keep a place only when it is one of our own property names: a foreign one could say anything."""
    known = {"body", "body.id", "body.day", "body.number", "body.taken_at", "body.version", "body.clock",
             "body.printer", "body.sound", "body.screen", "body.undelivered", "query.site"}  # fmt: skip
    return place if place in known else "body"
