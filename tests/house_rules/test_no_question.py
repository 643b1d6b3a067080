"""The kiosk asks nothing: one touch, no field, on its pages and in what its scripts add to them."""

import re
from collections.abc import Mapping

from . import markup
from .project import sources
from .test_templates import reached_from

FIELDS = frozenset(
    {"input", "select", "textarea", "form", "datalist", "option", "optgroup", "output", "fieldset", "label"}
)
ROLES = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider", "checkbox", "radio", "switch"}
)
ASKING_ATTRIBUTES = ("contenteditable", "hx-prompt", "hx-confirm")
ASKING_CODE = re.compile(
    rf"""createElement(?:NS)?\([^)]*["'`](?:{"|".join(sorted(FIELDS))})["'`]"""
    rf"""|<(?:{"|".join(sorted(FIELDS))})\b|contentEditable|designMode|\b(?:prompt|confirm)\(|new FormData""",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"[\w./-]+\.js\b")


def fields_in_page(path: str, template: str) -> list[str]:
    """Say where a page could ask something."""
    return [
        f"{path}:{element.line}: <{element.tag}> asks the visitor something: the kiosk asks nothing"
        for element in markup.read(template).elements
        if _asks(element)
    ]


def _asks(element: markup.Element) -> bool:
    by_role = element.attributes.get("role", "") in ROLES
    return element.tag in FIELDS or by_role or any(name in element.attributes for name in ASKING_ATTRIBUTES)


def fields_in_script(path: str, source: str) -> list[str]:
    """Say where a script could add a field or open a question."""
    lines = enumerate(source.splitlines(), start=1)
    return [
        f"{path}:{n}: {found.group()} asks something" for n, s in lines for found in ASKING_CODE.finditer(s)
    ]


def pages_of_the_kiosk(templates: Mapping[str, str]) -> dict[str, str]:
    """Return the kiosk's templates, with the layout and partials they reach."""
    ahead = {name for name in templates if name.startswith("kiosk/")}
    pages: dict[str, str] = {}
    while ahead:
        name = ahead.pop()
        pages[name] = templates[name]
        ahead |= (reached_from(templates[name]) & templates.keys()) - pages.keys()
    return pages


def _pages() -> dict[str, str]:
    return pages_of_the_kiosk(
        {path.removeprefix("templates/"): text for path, text in sources("templates/*")}
    )


def _scripts() -> list[tuple[str, str]]:
    named = {name.split("/")[-1] for page in _pages().values() for name in SCRIPT.findall(page)}
    ours = sources("static/*.js", "kiosk/*.js")
    return [(path, text) for path, text in ours if "kiosk" in path or path.split("/")[-1] in named]


def test_a_field_on_a_page_is_seen() -> None:
    for offending in (
        '<input name="why">',
        "{% if new %}<select></select>{% endif %}",
        '<p contenteditable="true">',
        "<form>",
        '<div role="textbox">',
        "<textarea>",
        '<datalist id="services">',
    ):
        assert fields_in_page("kiosk/rest.html", offending), offending
    assert not fields_in_page("kiosk/rest.html", '<button type="button" class="whole-screen">')


def test_a_field_added_by_a_script_is_seen() -> None:
    for offending in (
        'document.createElement("input")',
        "box.innerHTML = `<select>`",
        "const why = prompt('?')",
        "p.contentEditable = true",
    ):
        assert fields_in_script("static/js/kiosk.js", offending), offending
    assert not fields_in_script("static/js/kiosk.js", 'document.createElement("audio")')


def test_a_field_in_a_partial_of_the_kiosk_is_seen() -> None:
    templates = {
        "kiosk/rest.html": "{% include '_x.html' %}",
        "_x.html": "<form>",
        "pages/login.html": "<form>",
    }
    assert set(pages_of_the_kiosk(templates)) == {"kiosk/rest.html", "_x.html"}


def test_the_pages_of_the_kiosk_ask_nothing() -> None:
    pages = _pages()
    assert pages, "templates/kiosk/ is empty: this rule has nothing to look at"
    found = [f for path, page in pages.items() for f in fields_in_page(path, page)]
    assert not found, "\n" + "\n".join(found)


def test_the_scripts_of_the_kiosk_ask_nothing() -> None:
    scripts = _scripts()
    assert scripts, "no script of the kiosk was found: this rule has nothing to look at"
    found = [f for path, source in scripts for f in fields_in_script(path, source)]
    assert not found, "\n" + "\n".join(found)
