"""The server's settings."""

from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from house.settings import RoomSettings
from house.words import catalogue

DRIVERS = ("sqlite", "postgresql+psycopg")


def _database_address(value: str) -> str:
    _ = catalogue().gettext
    try:
        driver = make_url(value).drivername
    except (ArgumentError, ValueError):  # never its own words: they may hold a piece of the password
        raise ValueError(_("this is not a database address")) from None
    if driver not in DRIVERS:
        raise ValueError(_("it begins with sqlite:/// or postgresql+psycopg://"))
    return value


class ServerSettings(RoomSettings):
    """Read once, when the server starts."""

    database: Annotated[str, AfterValidator(_database_address)] = Field(
        description="Where the tickets are kept: sqlite:///file or postgresql+psycopg://…"
    )
    server_host: str = Field("127.0.0.1", description="The address the server listens on.")
    server_port: int = Field(8000, ge=1, le=65535, description="The port the server listens on.")
    demo: bool = Field(False, description="Demonstration: the sample accounts may sign in.")
    https_only: bool = Field(True, description="Sign-in cookies travel over HTTPS only.")
