"""The page of the API, drawn from its own schema: nothing is fetched from elsewhere."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from queue_server.pages.rendering import Pages


def api_docs_routes(app: FastAPI, pages: Pages) -> APIRouter:
    """Return the route of ``/api/docs``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/api/docs")
    def show() -> Response:
        schema = app.openapi()
        return pages.show(
            "api_docs.html", operations=_operations(schema), schemas=schema["components"]["schemas"]
        )

    return routes


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
