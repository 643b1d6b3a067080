"""A second reader of ESC/POS: bytes in, commands out. It shares nothing with what writes the slip.

Source: Epson, *ESC/POS Command Reference*. What it does not know it refuses: a slip with an unknown
command would print differently from one model to the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

FIXED: dict[bytes, tuple[str, int]] = {
    b"\n": ("line", 0),
    b"\x10\x04": ("ask", 1),
    b"\x1b@": ("reset", 0),
    b"\x1b!": ("mode", 1),
    b"\x1b-": ("underline", 1),
    b"\x1b2": ("usual spacing", 0),
    b"\x1b3": ("spacing", 1),
    b"\x1bE": ("bold", 1),
    b"\x1bJ": ("feed dots", 1),
    b"\x1bM": ("font", 1),
    b"\x1ba": ("align", 1),
    b"\x1bd": ("feed lines", 1),
    b"\x1bt": ("code page", 1),
    b"\x1d!": ("size", 1),
    b"\x1dB": ("invert", 1),
    b"\x1db": ("smooth", 1),
}
LONGEST = 3
FIRST_PRINTABLE = 0x20


@dataclass(frozen=True)
class Command:
    """One command: its name, its parameters, and the dots or text it carries."""

    name: str
    values: tuple[int, ...] = ()
    data: bytes = b""


class UnknownCommandError(ValueError):
    """The bytes hold a command, or a parameter, that this reader does not know."""


def commands(job: bytes) -> Iterator[Command]:
    """Yield what a job does, in order. Raises UnknownCommandError, also for a job cut short."""
    reader = _Reader(job)
    while reader.at < len(job):
        yield reader.next()


class _Reader:
    def __init__(self, job: bytes) -> None:
        self._job = job
        self.at = 0

    def next(self) -> Command:
        if self._job[self.at] >= FIRST_PRINTABLE:
            return self._text()
        for length in range(LONGEST, 0, -1):
            prefix = self._job[self.at : self.at + length]
            if prefix in FIXED:
                self.at += length
                name, count = FIXED[prefix]
                return Command(name, tuple(self._take(count)))
            if prefix in VARIABLE:
                self.at += length
                return VARIABLE[prefix](self)
        raise self._unknown()

    def _text(self) -> Command:
        start = self.at
        while self.at < len(self._job) and self._job[self.at] >= FIRST_PRINTABLE:
            self.at += 1
        return Command("text", data=self._job[start : self.at])

    def raster(self) -> Command:
        """GS v 0 m xL xH yL yH d1…dk: x in bytes, y in dots."""
        mode, width, height = self._take(1)[0], self._number(2), self._number(2)
        return Command("raster", (mode, width, height), self._take(width * height))

    def column(self) -> Command:
        """ESC * m nL nH d1…dk: columns of 8 dots (m 0, 1) or of 24 (m 32, 33)."""
        mode, width = self._take(1)[0], self._number(2)
        if mode not in (0, 1, 32, 33):
            raise self._unknown()
        return Command("column", (mode, width), self._take(width * (3 if mode >= 32 else 1)))

    def cut(self) -> Command:
        """GS V m, or GS V m n: the second form feeds to the knife first."""
        mode = self._take(1)[0]
        if mode in (0, 1, 48, 49):
            return Command("cut", (mode, 0))
        if mode in (65, 66):
            return Command("cut", (mode, self._take(1)[0]))
        raise self._unknown()

    def code(self) -> Command:
        """GS ( k pL pH cn fn …: a two-dimensional code, QR only (cn 49)."""
        kind, function, *data = self._take(self._number(2))
        if kind != 49 or function not in (65, 67, 69, 80, 81):
            raise self._unknown()
        return Command("qr", (function,), bytes(data))

    def graphics(self, length_bytes: int = 2) -> Command:
        """GS ( L pL pH m fn …: stores a picture (fn 112), prints it (fn 2 or 50)."""
        _, function, *data = self._take(self._number(length_bytes))
        if function not in (2, 50, 112):
            raise self._unknown()
        return Command("graphics", (function,), bytes(data))

    def large_graphics(self) -> Command:
        """GS 8 L p1 p2 p3 p4 m fn …: the same, for more than 65,533 bytes."""
        return self.graphics(4)

    def _number(self, length: int) -> int:
        return int.from_bytes(self._take(length), "little")

    def _take(self, length: int) -> bytes:
        taken = self._job[self.at : self.at + length]
        if len(taken) < length:
            raise UnknownCommandError(f"the job ends inside a command, at byte {len(self._job)}")
        self.at += length
        return taken

    def _unknown(self) -> UnknownCommandError:
        near = self._job[max(0, self.at - LONGEST) : self.at + LONGEST].hex(" ")
        return UnknownCommandError(f"unknown command at byte {self.at}, near {near}")


VARIABLE = {
    b"\x1dv0": _Reader.raster,
    b"\x1b*": _Reader.column,
    b"\x1dV": _Reader.cut,
    b"\x1d(k": _Reader.code,
    b"\x1d(L": _Reader.graphics,
    b"\x1d8L": _Reader.large_graphics,
}
