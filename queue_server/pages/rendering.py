"""Rendering of the server's pages."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

SESSION_COOKIE = "porte_ouverte_session"


class Pages:
    """Renders templates of ``templates/queue_server``."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def show(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Answer with a template."""
        return HTMLResponse(self._environment.get_template(f"queue_server/{name}").render(values), status)

    def text(self, name: str, **values: Any) -> str:
        """Render a template without answering."""
        return self._environment.get_template(f"queue_server/{name}").render(values)


def go(request: Request, address: str) -> Response:
    """Send the browser to an address; htmx is told by its own header, as it follows no redirection itself."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"hx-redirect": address})
    return RedirectResponse(address, 303)
