"""Each template is used, each one that is named exists, and none needs what the security policy forbids."""

import ast
import re
from collections.abc import Iterator, Mapping

from jinja2 import Environment, nodes

from . import markup
from .project import sources

REACHES_ANOTHER = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
ADDRESS = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
CODE = re.compile(r"\s*(?:javascript|js):", re.IGNORECASE)


def named_in_python(path: str, source: str) -> set[str]:
    """Return the template names a module spells out; a bare name is one of the module's own room."""
    literals = (node.value for node in ast.walk(ast.parse(source, path)) if isinstance(node, ast.Constant))
    names = {value for value in literals if isinstance(value, str) and re.fullmatch(r"[\w./-]+\.html", value)}
    return {name if "/" in name else f"{path.split('/')[0]}/{name}" for name in names}


def composed_in_python(path: str, source: str) -> list[str]:
    """Say where a template's name is put together from pieces: nobody could find it by searching."""
    return [
        f"{path}:{node.lineno}: name the template whole, so that a search finds it"
        for node in ast.walk(ast.parse(source, path))
        if isinstance(node, ast.JoinedStr) and _ends_as_template(node)
    ]


def _ends_as_template(node: ast.JoinedStr) -> bool:
    last = node.values[-1] if node.values else None
    return isinstance(last, ast.Constant) and str(last.value).endswith(".html")


def reached_from(template: str) -> set[str]:
    """Return the names a template extends, includes or imports."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template)
    return {name for node in tree.find_all(REACHES_ANOTHER) for name in _names_in(node)}


def _names_in(node: nodes.Node) -> Iterator[str]:
    aim: nodes.Node = node.template  # type: ignore[attr-defined]
    for constant in [aim, *aim.find_all(nodes.Const)]:
        if isinstance(constant, nodes.Const) and isinstance(constant.value, str):
            yield constant.value


def unused(templates: Mapping[str, str], named: set[str]) -> list[str]:
    """Return the templates that no Python code names and no used template reaches."""
    used: set[str] = set()
    ahead = set(named) & templates.keys()
    while ahead:
        name = ahead.pop()
        used.add(name)
        ahead |= (reached_from(templates[name]) & templates.keys()) - used
    return sorted(templates.keys() - used)


def missing(templates: Mapping[str, str], named: set[str]) -> list[str]:
    """Return the names that are used and stand for no file."""
    reached = {name for template in templates.values() for name in reached_from(template)}
    return sorted((named | reached) - templates.keys())


def forbidden_by_policy(path: str, template: str) -> list[str]:
    """Say what the browser would refuse: inline code, inline style, anything from elsewhere."""
    return [
        f"{path}:{element.line}: <{element.tag}> {fault}"
        for element in markup.read(template).elements
        for fault in [*_faults_of_tag(element), *_faults_of_attributes(element)]
    ]


def _faults_of_tag(element: markup.Element) -> Iterator[str]:
    if element.tag == "script" and "src" not in element.attributes:
        yield "holds a script: put it in static/, and name it with src"
    if element.tag == "style":
        yield "holds a style: put it in static/css/"


def _faults_of_attributes(element: markup.Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if name == "style":
            yield "has a style attribute: give it a class"
        if name.startswith(("on", "hx-on")):
            yield f"has {name}: listen from a script of static/"
        if ADDRESS.match(value) and not name.startswith("xmlns"):
            yield f"fetches or opens {value}: nothing comes from elsewhere"
        if CODE.match(value) or (name == "hx-trigger" and "[" in value):
            yield f"has code in {name}, which needs eval: listen from a script of static/"


def _templates() -> dict[str, str]:
    found = sources("templates/*")
    return {path.removeprefix("templates/"): template for path, template in found}


def _python() -> list[tuple[str, str]]:
    return list(sources("*.py", without=("tests/*", "benchmarks/*")))


def _named() -> set[str]:
    return {name for path, source in _python() for name in named_in_python(path, source)}


def test_an_unused_template_is_seen() -> None:
    templates = {"kiosk/rest.html": "{% extends 'layout.html' %}", "layout.html": "", "kiosk/old.html": ""}
    assert unused(templates, {"kiosk/rest.html"}) == ["kiosk/old.html"]


def test_a_template_reached_only_from_an_unused_one_is_unused() -> None:
    templates = {"a.html": "{% include 'b.html' %}", "b.html": "{% import 'a.html' as a %}"}
    assert unused(templates, set()) == ["a.html", "b.html"]


def test_a_name_without_a_file_is_seen() -> None:
    templates = {"a.html": "{% include 'gone.html' if x else 'lost.html' %}"}
    assert missing(templates, {"kiosk/rest.html"}) == ["gone.html", "kiosk/rest.html", "lost.html"]


def test_names_are_read_from_python() -> None:
    source = (
        'page = environment.get_template("layout/page.html")\nshow("rest.html")\nx = "see x.html below"\n'
    )
    assert named_in_python("kiosk/app.py", source) == {"layout/page.html", "kiosk/rest.html"}


def test_a_composed_name_is_seen() -> None:
    assert composed_in_python("kiosk/app.py", 'name = f"kiosk/{state}.html"\n')


def test_what_the_policy_forbids_is_seen() -> None:
    for offending in (
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="call()">',
        '<img src="https://example.org/a.png">',
        '<script src="//example.org/a.js"></script>',
        '<a href="{% if x %}//example.org{% endif %}">',
        "<form hx-trigger=\"keyup[key=='E']\">",
        '<a href="javascript:call()">',
        '{% block attributes %} style="color: red"{% endblock %}',
    ):
        assert forbidden_by_policy("a.html", offending), offending
    assert not forbidden_by_policy("a.html", '<script src="{{ asset("js/a.js") }}" defer></script>')


def test_each_template_is_used() -> None:
    assert unused(_templates(), _named()) == []


def test_each_template_that_is_named_exists() -> None:
    assert missing(_templates(), _named()) == []


def test_template_names_are_written_whole() -> None:
    found = [f for path, source in _python() for f in composed_in_python(path, source)]
    assert not found, "\n" + "\n".join(found)


def test_nothing_in_a_template_is_against_the_security_policy() -> None:
    drawn_inline = sources("templates/*.html", "static/symbols/*.svg", "static/signs/*.svg")
    found = [f for path, source in drawn_inline for f in forbidden_by_policy(path, source)]
    assert not found, "\n" + "\n".join(found)
