"""The last slips as pictures, drawn from the very bytes the printer gets. For demonstration and tests."""

import re
from dataclasses import dataclass
from pathlib import Path
from time import time_ns

from kiosk.paper import draw, said

KEPT = 20
NAME = re.compile(r"^\d{19}\.png$")


@dataclass(frozen=True)
class Pictured:
    """One slip: the name of its picture, and the lines it says."""

    name: str
    lines: list[str]


class SlipPile:
    """A folder of pictures and their words, newest kept; anything else in it is left alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, job: bytes) -> None:
        """Draw a job and keep it. Raises UnknownCommandError, OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{time_ns():019d}"
        (self._folder / f"{name}.txt").write_text("\n".join(said(job)), encoding="utf-8")
        draw(job)[0].save(self._folder / f"{name}.png")
        for path in self._pictures()[KEPT:]:
            path.unlink()
            path.with_suffix(".txt").unlink(missing_ok=True)

    def newest(self) -> list[Pictured]:
        """Return the slips, newest first, at most 20."""
        return [Pictured(path.name, _lines(path.with_suffix(".txt"))) for path in self._pictures()[:KEPT]]

    def picture(self, name: str) -> Path | None:
        """Return the file of a picture; None for a name that is not one of ours."""
        path = self._folder / name
        return path if NAME.fullmatch(name) and path.is_file() else None

    def _pictures(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted((p for p in self._folder.iterdir() if NAME.fullmatch(p.name)), reverse=True)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
