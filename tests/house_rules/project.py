"""The files a house rule looks at: those git holds or would take; all of them where there is no git."""

import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDORED = "static/vendor/*"
MADE_BY_TOOLS = frozenset({"__pycache__", "build", "dist", "demo-data", "node_modules"})


@lru_cache(maxsize=1)
def files() -> tuple[str, ...]:
    """Return the project's paths, relative to its root, with forward slashes."""
    listed = found_by_git() or found_by_walking()
    return tuple(sorted(path for path in listed if (ROOT / path).is_file()))


def sources(*patterns: str, without: tuple[str, ...] = (VENDORED,)) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of each file whose path matches one pattern; ``*`` also crosses folders."""
    for path in files():
        if _matches(path, patterns) and not _matches(path, without):
            yield path, (ROOT / path).read_text(encoding="utf-8")


def texts() -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every file that is text, and ours."""
    for path in files():
        if not _matches(path, (VENDORED,)):
            content = (ROOT / path).read_bytes()
            if b"\0" not in content:
                yield path, content.decode("utf-8", errors="replace")


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def found_by_git() -> list[str]:
    """Return what git holds or would take; nothing where there is no git, or not for this folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for path in listed.stdout.decode().split("\0") if path]


def found_by_walking() -> list[str]:
    """Return every file but those that tools made."""
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [path.as_posix() for path in paths if not _is_made_by_tools(path)]


def _is_made_by_tools(path: Path) -> bool:
    hidden_folder = any(part.startswith(".") and part != ".ci" for part in path.parts[:-1])
    return hidden_folder or any(part in MADE_BY_TOOLS for part in path.parts)
