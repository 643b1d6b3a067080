"""Settings from the environment, from one file, and from a folder of secrets.

``PORTE_OUVERTE_CONFIG`` names a file of ``NAME=value`` lines; ``PORTE_OUVERTE_SECRETS`` (or systemd's
``CREDENTIALS_DIRECTORY``) names a folder with one file per secret. The environment wins over both.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from house.words import catalogue

PREFIX = "PORTE_OUVERTE_"
ENCODING = "utf-8-sig"  # a byte order mark would become part of the first name


class RoomSettings(BaseSettings):
    """The base of each room's settings; a field ``server_url`` is read from ``PORTE_OUVERTE_SERVER_URL``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")


class SettingsError(Exception):
    """A program cannot start as it is set up; the text names the setting and its cure, on one line."""


Room = TypeVar("Room", bound=RoomSettings)


def read_settings(room: type[Room]) -> Room:
    """Read a room's settings once, at start. Raises SettingsError."""
    folder = _folder_of_secrets()
    try:
        return room(_env_file=_settings_file(), _env_file_encoding=ENCODING, _secrets_dir=folder)
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None
    except (OSError, SourceError) as error:  # the file was read before: it is one of the secrets
        raise _unreadable("SECRETS", folder, error.__cause__ or error) from None


def stop(error: Exception) -> NoReturn:
    """End the program with one readable line on standard error."""
    sys.exit(f"porte-ouverte : {error}")


def _settings_file() -> Path | None:
    """Return the file of settings, once it has been seen to be one that can be read."""
    path = _named("CONFIG")
    if path is None:
        return None
    try:
        path.read_text(encoding=ENCODING)
    except (OSError, UnicodeError) as error:
        raise _unreadable("CONFIG", path, error) from None
    return path


def _folder_of_secrets() -> Path | None:
    path = _named("SECRETS")
    if path is None:
        given = os.environ.get("CREDENTIALS_DIRECTORY")
        return Path(given) if given else None
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise _unreadable("SECRETS", path, error) from None
    return path


def _named(setting: str) -> Path | None:
    value = os.environ.get(PREFIX + setting)
    return Path(value) if value else None


def _unreadable(setting: str, path: Path | None, error: BaseException) -> SettingsError:
    _ = catalogue().gettext
    if isinstance(error, FileNotFoundError):
        sentence = _("%(value)s does not exist: correct the setting %(name)s.")
    elif isinstance(error, UnicodeError):
        sentence = _("%(value)s is not a text in UTF-8: save it again as such (setting %(name)s).")
    else:
        sentence = _("%(value)s cannot be read (%(why)s): correct the setting %(name)s.")
    why = error.strerror if isinstance(error, OSError) else type(error).__name__
    return SettingsError(sentence % {"name": PREFIX + setting, "value": path, "why": why})


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else PREFIX + "…"
    if first["type"] == "missing":
        sentence = catalogue().gettext(
            "the setting %(name)s is missing: add it to the environment or to the settings file."
        )
        return sentence % {"name": name}
    sentence = catalogue().gettext("the setting %(name)s cannot be read (%(why)s): see docs/settings.md.")
    return sentence % {"name": name, "why": _why(first)}


def _why(fault: ErrorDetails) -> str:
    """Say in the reader's language what is expected; what was given is not repeated, it may be a secret."""
    _ = catalogue().gettext
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    if fault["type"] == "literal_error":
        return _("expected: %(values)s") % {"values": fault["ctx"]["expected"].replace(" or ", ", ")}
    expected = {
        "int_parsing": _("a whole number is expected"),
        "bool_parsing": _("true or false is expected"),
        "greater_than_equal": _("this number is too small"),
        "less_than_equal": _("this number is too large"),
    }
    return expected.get(fault["type"], _("this is not what is expected"))
