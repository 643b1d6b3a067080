"""The API describes itself, and says whether it is well."""

import pytest
from sqlalchemy.exc import OperationalError

from tests.cast import Reception
from tests.doubles import Clock, get
from tests.server.conftest import Server, serving


def test_the_schema_lists_the_addresses_of_the_design(server: Server) -> None:
    schema = get(f"{server.address}/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/v1/tickets", "/api/v1/books", "/api/v1/board", "/api/v1/devices/status", "/api/v1/health",
    }  # fmt: skip
    assert schema["info"]["version"] == "v1"


@pytest.mark.parametrize(
    ("path", "statuses"),
    [("/tickets", {"200", "201", "401", "403", "409", "413", "422"}), ("/books", {"200", "401", "403"})],
)
def test_the_schema_tells_every_answer(server: Server, path: str, statuses: set[str]) -> None:
    schema = get(f"{server.address}/openapi.json").json()
    assert statuses <= set(schema["paths"][f"/api/v1{path}"]["post"]["responses"])


def test_the_page_of_the_api_is_drawn_from_the_schema(server: Server) -> None:
    page = get(f"{server.address}/api/docs").text
    for words in ("POST /api/v1/tickets", "GET /api/v1/board", "TicketTaken", "/openapi.json"):
        assert words in page


def test_a_server_that_reads_its_database_is_ready(server: Server) -> None:
    answer = get(f"{server.address}/api/v1/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_server_without_its_database_is_not_ready(
    reception: Reception, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("", None, OSError("it is away"))

    with serving(reception, clock) as server:
        monkeypatch.setattr("sqlalchemy.engine.Engine.connect", broken)
        answer = get(f"{server.address}/api/v1/health")
        monkeypatch.undo()
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
