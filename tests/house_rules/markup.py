"""A template seen as HTML: Jinja's marks taken out, line numbers kept."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

VALUE = "\N{OBJECT REPLACEMENT CHARACTER}"
TRANSLATED = re.compile(r"\{%[-+]?\s*trans\b.*?\{%[-+]?\s*endtrans\s*[-+]?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
ATTRIBUTE = re.compile(r"""(?<!\S)([\w:-]+)=("[^"]*"|'[^']*')""")
IN_A_BLOCK = "block"
STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class Element(NamedTuple):
    """A start tag; an attribute without a value has an empty one."""

    tag: str
    attributes: dict[str, str]
    line: int


class Text(NamedTuple):
    """A text node."""

    text: str
    line: int


class Markup(NamedTuple):
    """What a template would send, whichever branch is taken."""

    elements: list[Element]
    texts: list[Text]


def read(template: str, *, without_translated: bool = False) -> Markup:
    """Read a template. ``without_translated`` also takes out what stands in ``{% trans %}`` blocks."""
    if without_translated:
        template = TRANSLATED.sub(lambda found: VALUE + _lines(found), template)
    template = STATEMENT.sub(lambda found: " " + _lines(found), template)
    template = EXPRESSION.sub(lambda found: VALUE + _lines(found), template)
    reader = _Reader()
    reader.feed(template)
    reader.close()
    return Markup(
        reader.elements + list(_set_apart(reader.texts)), [_without_attributes(t) for t in reader.texts]
    )


def _set_apart(texts: list[Text]) -> Iterator[Element]:
    """Yield the attributes that stand outside a tag: a child template fills in a block inside one."""
    for text in texts:
        attributes = {name: value[1:-1] for name, value in ATTRIBUTE.findall(text.text)}
        if attributes:
            yield Element(IN_A_BLOCK, attributes, text.line)


def _without_attributes(text: Text) -> Text:
    return text._replace(text=ATTRIBUTE.sub("", text.text))


def _lines(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[Text] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, attributes, self.getpos()[0]))

    def handle_data(self, data: str) -> None:
        self.texts.append(Text(data, self.getpos()[0]))
