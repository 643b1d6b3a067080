"""The French catalogue and the words the project asks of it, both as plain data."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple

import polib
from babel.messages.extract import extract

# As house/pages.py sets its environment up: otherwise the ids found here would not be those looked up there.
TEMPLATE_OPTIONS = {
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}


class Word(NamedTuple):
    """What a catalogue is asked for."""

    context: str | None
    id: str


class Entry(NamedTuple):
    """One entry of a catalogue; ``shown`` holds its singular, or all its plural forms."""

    word: Word
    shown: tuple[str, ...]
    fuzzy: bool
    obsolete: bool


def entries(catalogue: str) -> list[Entry]:
    """Read the text of a ``.po`` file; entries written twice come twice."""
    return [
        Entry(
            Word(entry.msgctxt, entry.msgid),
            tuple(entry.msgstr_plural.values()) or (entry.msgstr,),
            entry.fuzzy,
            entry.obsolete,
        )
        for entry in polib.pofile(catalogue)
    ]


def asked_by_python(source: str) -> Iterator[Word]:
    """Yield the words that calls of gettext and its family spell out."""
    return _words(extract("python", BytesIO(source.encode()), options={"encoding": "utf-8"}))


def asked_by_template(template: str) -> Iterator[Word]:
    """Yield the words of ``{% trans %}`` blocks and of calls. Raises TemplateSyntaxError."""
    return _words(extract("jinja2.ext:babel_extract", BytesIO(template.encode()), options=TEMPLATE_OPTIONS))


def _words(found: Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]]) -> Iterator[Word]:
    for _line, message, _comments, context in found:
        yield Word(context, message if isinstance(message, str) else message[0])
