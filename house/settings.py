"""Settings from the environment, from one file, and from a folder of secrets.

``PORTE_OUVERTE_CONFIG`` names a file of ``NAME=value`` lines; ``PORTE_OUVERTE_SECRETS`` (or systemd's
``CREDENTIALS_DIRECTORY``) names a folder with one file per secret. The environment wins over both.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from house.words import catalogue

PREFIX = "PORTE_OUVERTE_"


class RoomSettings(BaseSettings):
    """The base of each room's settings; a field ``server_url`` is read from ``PORTE_OUVERTE_SERVER_URL``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")


class SettingsError(Exception):
    """A setting is missing or unreadable; the text names it and its cure, on one line."""


Room = TypeVar("Room", bound=RoomSettings)


def read_settings(room: type[Room]) -> Room:
    """Read a room's settings once, at start. Raises SettingsError."""
    try:
        return room(_env_file=_named("CONFIG"), _secrets_dir=_named("SECRETS") or _credentials())
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None


def stop(error: Exception) -> NoReturn:
    """End the program with one readable line on standard error."""
    sys.exit(f"porte-ouverte : {error}")


def _named(setting: str) -> Path | None:
    name = PREFIX + setting
    value = os.environ.get(name)
    if value and not Path(value).exists():
        sentence = catalogue().gettext("%(value)s does not exist: correct the setting %(name)s.")
        raise SettingsError(sentence % {"name": name, "value": value})
    return Path(value) if value else None


def _credentials() -> Path | None:
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(given) if given else None


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX + "…"
    if first["type"] == "missing":
        sentence = catalogue().gettext(
            "the setting %(name)s is missing: add it to the environment or to the settings file."
        )
        return sentence % {"name": name}
    sentence = catalogue().gettext("the setting %(name)s cannot be read (%(why)s): see docs/settings.md.")
    return sentence % {"name": name, "why": first["msg"].splitlines()[0]}
