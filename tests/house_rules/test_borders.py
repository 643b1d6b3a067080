"""Rooms do not know each other: they share messages, never code.

The walk is over what is written (``ast``), so an import inside a function or under ``TYPE_CHECKING`` counts.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from .project import sources

ROOMS = ("kiosk", "display", "voicemail", "queue_server")
GROUND = ("house", "contract", "speech")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "house": (),
    "contract": (),
    "speech": ("house",),
    "kiosk": ("contract", "speech", "house"),
    "display": ("contract", "speech", "house"),
    "voicemail": ("contract", "speech", "house"),
    "queue_server": ("contract.messages", "contract.symbols", "house"),
    "porte_ouverte": (*ROOMS, *GROUND, "deploy.demo"),
    "deploy": ("house",),
}
OUTSIDE = frozenset({"tests", "benchmarks"})
PROJECT = frozenset(MAY_IMPORT) | OUTSIDE

# Inside the server, from the ground up: each module may import its own layer and those before it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("domain", "settings"),
    ("board", "live", "storage"),
    ("actions", "access"),
    ("pages", "api", "sample"),
    ("app",),
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}


class Import(NamedTuple):
    """One imported name, absolute; ``deferred`` when it stands inside a function."""

    name: str
    line: int
    deferred: bool


def imports(path: str, source: str) -> Iterator[Import]:
    """Yield what a module imports, by statement or by name in a string."""
    yield from _imports_below(path, ast.parse(source, path), deferred=False)


def _imports_below(path: str, parent: ast.AST, *, deferred: bool) -> Iterator[Import]:
    for node in ast.iter_child_nodes(parent):
        for name in _imported_names(path, node):
            yield Import(name, getattr(node, "lineno", 0), deferred)
        in_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports_below(path, node, deferred=deferred or in_function)


def _imported_names(path: str, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = _absolute(path, node)
        return [f"{origin}.{alias.name}" if origin else alias.name for alias in node.names]
    if isinstance(node, ast.Call) and _imports_by_string(node.func):
        return [given.value for given in node.args[:1] if _is_text(given)]  # type: ignore[attr-defined]
    return []


def _absolute(path: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = PurePosixPath(path).parent.parts
    origin = package[: len(package) - node.level + 1]
    return ".".join([*origin, node.module] if node.module else origin)


def _imports_by_string(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name in ("import_module", "__import__")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _stands_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def border_breaches(path: str, source: str) -> list[str]:
    """Say which borders between the folders of the project a module crosses."""
    owner = PurePosixPath(path).parts[0].removesuffix(".py")
    if owner in OUTSIDE:
        return []
    if owner not in MAY_IMPORT:
        return [f"{path}: no border is drawn around {owner}: say in MAY_IMPORT what it may import"]
    crossings = (_crossing(owner, imported) for imported in imports(path, source))
    return [f"{path}:{line}: {sentence}" for line, sentence in filter(None, crossings)]


def _crossing(owner: str, imported: Import) -> tuple[int, str] | None:
    if imported.name.split(".")[0] not in PROJECT - {owner}:
        return None
    allowed = MAY_IMPORT[owner]
    if not _stands_in(imported.name, allowed):
        may = ", ".join(allowed) or "nothing else of the project"
        cure = "say it in a message of contract, or move it to house"
        return imported.line, f"{owner} imports {imported.name}, but may import only {may}: {cure}"
    if owner == "porte_ouverte" and not imported.deferred and _stands_in(imported.name, ROOMS):
        return imported.line, f"the front door imports {imported.name} at start: import it in its command"
    return None


def layer_breaches(path: str, source: str) -> list[str]:
    """Say where a module of the server imports a layer above its own, or stands in no layer."""
    module = PurePosixPath(path).parts[1].removesuffix(".py")
    if module not in RANK and module != "__init__":
        return [f"{path}: the server's {module} stands in no layer: place it in LAYERS, or in one that does"]
    crossings = (_climb(module, imported) for imported in imports(path, source))
    return [f"{path}:{line}: {sentence}" for line, sentence in filter(None, crossings)]


def _climb(module: str, imported: Import) -> tuple[int, str] | None:
    top, _, rest = imported.name.partition(".")
    if module == "domain" and not _is_for_the_domain(imported.name):
        sentence = f"the domain imports {imported.name}, outside the standard library: pass the value in"
        return imported.line, sentence
    target = rest.split(".")[0]
    if top != "queue_server" or target == module:
        return None
    if target not in RANK:
        return imported.line, f"{imported.name or top} stands in no layer of the server: place it in LAYERS"
    if RANK[target] > RANK.get(module, -1):
        return imported.line, f"{module} imports {target}, which stands above it: move the rule down a layer"
    return None


def _is_for_the_domain(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names or _stands_in(name, ("queue_server.domain",))


def test_a_room_that_imports_another_is_seen() -> None:
    offending = "def late() -> None:\n    from kiosk.book import Book\n"
    assert border_breaches("display/screen.py", offending) == [
        "display/screen.py:2: display imports kiosk.book.Book, but may import only contract, speech, house: "
        "say it in a message of contract, or move it to house"
    ]


def test_the_server_may_not_import_the_client_of_its_own_wire() -> None:
    assert border_breaches("queue_server/api/tickets.py", "from contract import client\n")
    assert border_breaches("queue_server/api/tickets.py", "import contract\n")
    assert not border_breaches("queue_server/api/tickets.py", "from contract import messages, symbols\n")


def test_the_ground_floor_may_not_import_what_stands_on_it() -> None:
    assert border_breaches("house/words.py", "from contract.symbols import SYMBOLS\n")
    assert border_breaches("contract/client.py", "from house.words import catalogue\n")
    assert border_breaches("speech/voice.py", "from voicemail.sentences import busy\n")


def test_an_import_written_as_a_string_is_seen() -> None:
    assert border_breaches("kiosk/app.py", "import importlib\nimportlib.import_module('display.app')\n")


def test_the_front_door_may_import_a_room_only_when_asked() -> None:
    assert border_breaches("porte_ouverte.py", "from kiosk.app import run\n")
    assert not border_breaches("porte_ouverte.py", "def kiosk() -> None:\n    from kiosk.app import run\n")


def test_the_launcher_may_import_no_room() -> None:
    assert border_breaches("deploy/demo.py", "from kiosk.app import create_app\n")


def test_a_folder_without_a_border_is_seen() -> None:
    assert border_breaches("printing/slip.py", "")


def test_a_lower_layer_that_imports_a_higher_one_is_seen() -> None:
    assert layer_breaches("queue_server/storage/tables.py", "from queue_server.actions import call\n")
    assert layer_breaches("queue_server/actions.py", "from .pages import desk\n")
    assert layer_breaches("queue_server/pages/desk.py", "from queue_server import app\n")
    assert not layer_breaches(
        "queue_server/actions.py", "from .access import may\nfrom .domain import line\n"
    )


def test_a_domain_that_leaves_the_standard_library_is_seen() -> None:
    assert layer_breaches("queue_server/domain/line.py", "from pydantic import BaseModel\n")
    assert layer_breaches("queue_server/domain/line.py", "from queue_server.settings import Settings\n")
    assert not layer_breaches("queue_server/domain/line.py", "import uuid\nfrom .states import State\n")


def test_a_module_of_the_server_in_no_layer_is_seen() -> None:
    assert layer_breaches("queue_server/routing.py", "")
    assert layer_breaches("queue_server/app.py", "from queue_server import routing\n")


def test_no_module_crosses_a_border() -> None:
    breaches = [b for path, source in sources("*.py") for b in border_breaches(path, source)]
    assert not breaches, "\n" + "\n".join(breaches)


def test_the_layers_of_the_server_import_downwards_only() -> None:
    breaches = [b for path, source in sources("queue_server/*.py") for b in layer_breaches(path, source)]
    assert not breaches, "\n" + "\n".join(breaches)
