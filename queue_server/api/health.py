"""Health: whether the server can read its database, and knows its tables."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from contract.messages import Told
from queue_server.api.problems import may_answer, problem
from queue_server.storage.database import Database
from queue_server.storage.migrate import DatabaseNotReadyError, check_ready

NOT_READY = (503, "/problems/database-not-ready", "The database is out of reach, or of another version.")


class Health(Told):
    """``ready`` while the database answers and has the tables of this version."""

    status: str


def health_routes(database: Database) -> APIRouter:
    """Return the route of health."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health", response_model=Health, responses=may_answer(503))
    def tell_health() -> Health | JSONResponse:
        """Answer once the database does."""
        try:
            check_ready(database)
        except DatabaseNotReadyError:
            return problem(*NOT_READY)
        return Health(status="ready")

    return routes
