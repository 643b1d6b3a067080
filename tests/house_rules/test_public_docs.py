"""What a stranger reads is true: links lead somewhere, commands exist, and no workshop dust is left."""

import re
from collections.abc import Callable
from pathlib import PurePosixPath

import porte_ouverte

from .project import ROOT, files, sources, texts

LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)|<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)=["']([^"']+)""")
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|#)", re.IGNORECASE)
PATH = re.compile(
    r"`((?:house|contract|speech|queue_server|kiosk|display|voicemail|templates|static|locales|tests|deploy|docs)"
    r"/[\w./-]*)`"
)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z0-9-]*)")
TARGET = re.compile(r"^([A-Za-z][\w-]*(?: [A-Za-z][\w-]*)*)[ \t]*::?(?![=:])(.*)$", re.MULTILINE)
MEANING = re.compile(r"## *\S")

# Written backwards, so that this file does not hold what it looks for.
HOUSES, SHELF, LEFT_TO_DO = ("krow", "mraf"), "derahs/..", ("ODOT", "EMXIF", "X" * 3)
MACHINE_PATH = re.compile(rf"(?<![\w.)}}-])/(?:{'|'.join(word[::-1] for word in HOUSES)})(?![\w-])")
WORKSHOP = re.compile(rf"{re.escape(SHELF[::-1])}|\b(?:{'|'.join(word[::-1] for word in LEFT_TO_DO)})\b")
ADDRESS = re.compile(r"\w+://\S+|--(?:extra-)?index-url")
LEGAL_TEXTS = ("LICENSE", "LICENCE", "OFL")


def broken_links(path: str, page: str, exists: Callable[[str], bool]) -> list[str]:
    """Return the links and pictures of a page that lead nowhere in the project."""
    targets = [markdown or html for markdown, html in LINK.findall(page)]
    inside = [target.split("#")[0] for target in targets if not ELSEWHERE.match(target)]
    return [f"{path}: {target} does not exist" for target in inside if not exists(_from(path, target))]


def _from(page: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / target).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def lost_paths(path: str, page: str, exists: Callable[[str], bool]) -> list[str]:
    """Return the files and folders a page names in code marks, and that are no longer there."""
    named = (name.rstrip("/") for name in PATH.findall(page))
    return [f"{path}: {name} does not exist" for name in named if not exists(name)]


def commands(page: str) -> set[str]:
    """Return the ``make`` targets a page tells to type."""
    return {target for code in CODE.findall(page) for target in MAKE.findall(code)}


def targets(makefile: str) -> dict[str, bool]:
    """Return the commands of a Makefile, each with whether it says what it means."""
    found = TARGET.findall(makefile)
    return {name: bool(MEANING.search(rest)) for names, rest in found for name in names.split()}


def workshop_dust(path: str, text: str) -> list[str]:
    """Say where a file speaks of the machine it was written on, or of work left to do."""
    lines = enumerate(text.splitlines(), start=1)
    found = [
        (n, match) for n, line in lines for rule in (MACHINE_PATH, WORKSHOP) for match in rule.finditer(line)
    ]
    return [f"{path}:{n}: “{match.group()}” belongs to the workshop" for n, match in found]


def speaks_of_version(changelog: str, version: str) -> bool:
    """Tell whether a changelog has a heading for this version, or for what comes next."""
    return re.search(rf"^## \[?(?:{re.escape(version)}|Unreleased)\b", changelog, re.MULTILINE) is not None


def _makefile() -> dict[str, bool]:
    return targets((ROOT / "Makefile").read_text(encoding="utf-8"))


def test_a_broken_link_or_picture_is_seen() -> None:
    page = (
        "[a](docs/a.md#x) ![b](b.png) <img alt='' src=\"c.png\"> [d](https://a.org) [e](#f) [g](../LICENSE)"
    )
    assert broken_links("docs/x.md", page, {"docs/docs/a.md", "LICENSE"}.__contains__) == [
        "docs/x.md: b.png does not exist",
        "docs/x.md: c.png does not exist",
    ]


def test_a_path_that_is_no_more_is_seen() -> None:
    page = "open `kiosk/slip.py`, `kiosk/old.py` and `tests/`, then `a/b.py` and `locales/<language>/x`"
    assert lost_paths("a.md", page, {"kiosk/slip.py", "tests"}.__contains__) == [
        "a.md: kiosk/old.py does not exist"
    ]


def test_commands_are_read_from_code_only() -> None:
    page = "To make bread: `make run PORT=9000`\n```\ngit clone x\nmake test\n```\n"
    assert commands(page) == {"run", "test"}


def test_a_target_without_a_meaning_is_seen() -> None:
    makefile = ".PHONY: run\nrun: .venv ## start everything\nbench:\n\tx\nPORT := 8000\n.venv/ready: x\n"
    assert targets(makefile) == {"run": True, "bench": False}


def test_workshop_dust_is_seen() -> None:
    offending = ("see /{}/main/x", "'/{}'", "{}/DESIGN.md", "# {}: later", "{} me", "{}")
    for line, word in zip(offending, (*HOUSES, SHELF, *LEFT_TO_DO), strict=True):
        assert workshop_dust("a.md", line.format(word[::-1])), line
    assert not workshop_dust("a.md", "static/work/ and net/farm are paths; homework; /workers; todo list")


def test_a_changelog_without_the_version_is_seen() -> None:
    assert not speaks_of_version("# Changelog\n\n## [0.1.0]\n", "0.2.0")
    assert speaks_of_version("## [Unreleased]\n", "0.2.0")


def _known() -> set[str]:
    return {*files(), *(parent.as_posix() for path in files() for parent in PurePosixPath(path).parents)}


def test_links_and_pictures_exist() -> None:
    exists = _known().__contains__
    found = [f for path, page in sources("*.md") for f in broken_links(path, page, exists)]
    assert not found, "\n" + "\n".join(found)


def test_paths_named_in_the_docs_exist() -> None:
    exists = _known().__contains__
    found = [f for path, page in sources("*.md") for f in lost_paths(path, page, exists)]
    assert not found, "\n" + "\n".join(found)


def test_the_readme_shows_and_leads() -> None:
    for path in ("README.md", "README.fr.md"):
        page = (ROOT / path).read_text(encoding="utf-8")
        assert LINK.search(page), f"{path} leads nowhere"
        assert {"run", "test"} <= commands(page), f"{path} does not give the two commands"


def test_each_command_of_the_docs_exists() -> None:
    asked = {command for _, page in sources("*.md") for command in commands(page)}
    assert asked <= _makefile().keys()


def test_each_command_says_what_it_means() -> None:
    assert [name for name, has_meaning in _makefile().items() if not has_meaning] == []


def test_the_changelog_speaks_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert speaks_of_version(changelog, porte_ouverte.__version__)


def test_no_file_holds_workshop_dust() -> None:
    ours = ((path, text) for path, text in texts() if not PurePosixPath(path).name.startswith(LEGAL_TEXTS))
    found = [f for path, text in ours for f in workshop_dust(path, text)]
    assert not found, "\n" + "\n".join(found)


def test_the_lock_names_no_address() -> None:
    found = [f"{path}: {a}" for path, lock in sources("requirements/*.txt") for a in ADDRESS.findall(lock)]
    assert not found, "a lock holds versions and hashes only"
