"""Each setting says what it is for, in code and in docs/settings.md, and the page names no other."""

import importlib
import re
from collections.abc import Iterator

from house.settings import PREFIX, RoomSettings

from .project import ROOT, files

PAGE = ROOT / "docs" / "settings.md"
NAME = re.compile(rf"{PREFIX}[A-Z][A-Z0-9_]*")
# One setting per line, as a table row or as an item: its name in code marks first, then what it means.
LINE = re.compile(rf"^\s*[|*-]?\s*`({PREFIX}[A-Z0-9_]+)`(.*)$", re.MULTILINE)
WORDS_OF_MEANING = 3
# Read before any room's settings: where the file and the folder of secrets are.
READ_FIRST = frozenset({f"{PREFIX}CONFIG", f"{PREFIX}SECRETS"})


def documented(page: str) -> dict[str, str]:
    """Return each setting that has a line of its own, and the words of that line."""
    return {name: " ".join(re.findall(r"\w+", rest)) for name, rest in LINE.findall(page)}


def page_faults(page: str, known: set[str]) -> list[str]:
    """Say what the page lacks and what it invents."""
    meanings = documented(page)
    return [
        *(f"{name} is not in docs/settings.md" for name in sorted(known - meanings.keys())),
        *(f"{name} does not exist" for name in sorted(set(NAME.findall(page)) - known)),
        *(f"{n} has no meaning" for n, words in meanings.items() if len(words.split()) < WORDS_OF_MEANING),
    ]


def fields(room: type[RoomSettings]) -> dict[str, str]:
    """Return the settings a room reads, by the name of their variable, with their description."""
    prefix = str(room.model_config.get("env_prefix", ""))
    return {f"{prefix}{name}".upper(): field.description or "" for name, field in room.model_fields.items()}


def rooms() -> Iterator[type[RoomSettings]]:
    """Yield the settings of every room, found in their settings module."""
    for path in files():
        if re.fullmatch(r"\w+/settings\.py", path) and path != "house/settings.py":
            module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
            found = [value for value in vars(module).values() if isinstance(value, type)]
            yield from (
                value for value in found if issubclass(value, RoomSettings) and value is not RoomSettings
            )


class SampleSettings(RoomSettings):
    """Settings of no room, for the rule to be tried on."""

    printer: str


def test_a_setting_that_is_not_on_the_page_is_seen() -> None:
    assert page_faults("See PORTE_OUVERTE_PRINTER.", set(fields(SampleSettings))) == [
        "PORTE_OUVERTE_PRINTER is not in docs/settings.md"
    ]


def test_a_setting_that_does_not_exist_is_seen() -> None:
    page = "| `PORTE_OUVERTE_COLOUR` | the colour of the door |\n"
    assert page_faults(page, set()) == ["PORTE_OUVERTE_COLOUR does not exist"]


def test_a_setting_without_a_meaning_is_seen() -> None:
    page = "| `PORTE_OUVERTE_PRINTER` | | |\n- `PORTE_OUVERTE_PORT`: the port to listen on\n"
    known = {"PORTE_OUVERTE_PRINTER", "PORTE_OUVERTE_PORT"}
    assert page_faults(page, known) == ["PORTE_OUVERTE_PRINTER has no meaning"]


def test_a_field_without_a_description_is_seen() -> None:
    assert fields(SampleSettings) == {"PORTE_OUVERTE_PRINTER": ""}


def test_the_settings_of_every_room_are_found() -> None:
    found = {room.__module__.split(".")[0] for room in rooms()}
    assert found == {"queue_server", "kiosk", "display", "voicemail"}


def test_every_setting_is_on_the_page_and_no_other() -> None:
    known = {name for room in rooms() for name in fields(room)} | READ_FIRST
    found = page_faults(PAGE.read_text(encoding="utf-8"), known)
    assert not found, "\n" + "\n".join(found)


def test_every_setting_has_a_description() -> None:
    bare = [name for room in rooms() for name, description in fields(room).items() if not description.strip()]
    assert not bare, f"give these fields a description: {', '.join(bare)}"
