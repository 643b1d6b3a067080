"""Health: whether the server can read its database."""

from fastapi import APIRouter
from sqlalchemy import text

from contract.messages import Told
from queue_server.storage.database import Database


class Health(Told):
    """``ready`` once the database answers."""

    status: str


def health_routes(database: Database) -> APIRouter:
    """Return the route of health."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health")
    def tell_health() -> Health:
        """Answer once the database does."""
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        return Health(status="ready")

    return routes
