"""A module is read in one sitting, a function in one look, and a name says what is inside."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .project import sources

Function = ast.FunctionDef | ast.AsyncFunctionDef
MODULE_LINES = 250
FUNCTION_LINES = 40
SHEET_LINES = 400
REASON = re.compile(r"^# Long because \S+", re.MULTILINE)
SAYS_NOTHING = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|common|misc)(?:_|$)")
NOT_MEASURED = ("tests/*", "benchmarks/*", "queue_server/storage/migrations/versions/*")


def too_long(path: str, source: str, limit: int = MODULE_LINES) -> list[str]:
    """Say that a file is above its limit, unless it states its reason."""
    lines = len(source.splitlines())
    if lines <= limit or REASON.search(source):
        return []
    return [f"{path}: {lines} lines, {limit} at most: cut it where it changes subject"]


def long_functions(path: str, source: str) -> list[str]:
    """Name the functions above the limit; docstrings count, decorators do not.

    The routes of a page are functions inside the one that is given what they need: each is measured alone.
    """
    return [
        f"{path}:{function.lineno}: {function.name} has {length} lines, over {FUNCTION_LINES}: name its steps"
        for function in _functions(ast.parse(source, path))
        if (length := _own_lines(function)) > FUNCTION_LINES
    ]


def _own_lines(function: Function) -> int:
    inner = (_all_lines(node) for node in function.body if isinstance(node, Function))
    return _all_lines(function) - sum(inner)


def _all_lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def names_that_say_nothing(path: str) -> list[str]:
    """Refuse ``utils`` and its family, as a file or as a folder."""
    parts = PurePosixPath(path).with_suffix("").parts
    return [
        f"{path}: “{part}” says nothing: name what is inside" for part in parts if SAYS_NOTHING.search(part)
    ]


def test_a_long_module_is_seen_unless_it_says_why() -> None:
    long = "x = 1\n" * (MODULE_LINES + 1)
    assert too_long("kiosk/app.py", long)
    assert not too_long("kiosk/app.py", "# Long because one table reads better whole.\n" + long)
    assert not too_long("kiosk/app.py", "x = 1\n" * MODULE_LINES)


def test_a_long_function_is_seen() -> None:
    body = "    x = 1\n"
    assert long_functions("kiosk/app.py", "async def tap():\n" + body * FUNCTION_LINES)
    assert not long_functions("kiosk/app.py", "def tap():\n" + body * (FUNCTION_LINES - 1))


def test_routes_inside_a_function_are_measured_alone() -> None:
    route = "    def tap():\n" + "        x = 1\n" * (FUNCTION_LINES - 1)
    assert not long_functions("kiosk/app.py", "def routes():\n" + route * 3)
    assert long_functions("kiosk/app.py", "def routes():\n" + route + "        x = 1\n")


def test_a_name_that_says_nothing_is_seen() -> None:
    assert names_that_say_nothing("kiosk/utils.py")
    assert names_that_say_nothing("static/js/common.js")
    assert names_that_say_nothing("queue_server/helpers/dates.py")
    assert names_that_say_nothing("display/sound_manager.py")
    assert not names_that_say_nothing("contract/messages.py")


def test_modules_are_short() -> None:
    found = [f for path, source in sources("*.py", without=NOT_MEASURED) for f in too_long(path, source)]
    assert not found, "\n" + "\n".join(found)


def test_functions_are_short() -> None:
    found = [
        f for path, source in sources("*.py", without=NOT_MEASURED) for f in long_functions(path, source)
    ]
    assert not found, "\n" + "\n".join(found)


def test_sheets_and_scripts_are_short() -> None:
    ours = sources("static/*.css", "static/*.js")
    found = [f for path, source in ours for f in too_long(path, source, SHEET_LINES)]
    assert not found, "\n" + "\n".join(found)


def test_names_say_what_is_inside() -> None:
    ours = sources("*.py", "static/*.css", "static/*.js", "templates/*")
    found = [f for path, _ in ours for f in names_that_say_nothing(path)]
    assert not found, "\n" + "\n".join(found)
