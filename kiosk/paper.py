"""The paper as the printer would make it: ESC/POS commands drawn with Pillow, 576 dots wide.

Native characters are cells of 12 × 24 dots (font A) or 9 × 17 (font B), magnified by the printer; with
smoothing on (GS b), large ones have round edges, as on paper.
"""

from collections.abc import Callable

import qrcode  # type: ignore[import-untyped]
from PIL import Image, ImageChops

from kiosk.commands import Command, UnknownCommandError, commands
from kiosk.glyphs import Style, decode, draw_glyph

WIDTH = 576
USUAL_SPACING = 30
MARGIN = 24
WHITE, BLACK = 255, 0
CORRECTION = {48: 1, 49: 0, 50: 3, 51: 2}  # ESC/POS level to the library's: L, M, Q, H


def draw(job: bytes) -> list[Image.Image]:
    """Return one picture per piece of paper. Raises UnknownCommandError."""
    return _run(job).pieces()


def said(job: bytes) -> list[str]:
    """Return the lines of text a job prints, as people read them. Raises UnknownCommandError."""
    return _run(job).said


def _run(job: bytes) -> "_Press":
    press = _Press()
    for command in commands(job):
        press.obey(command)
    return press


class _Press:
    """The printer's state while it prints."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._pieces: list[list[Image.Image]] = [[]]
        self._cells: list[Image.Image] = []
        self._words = ""
        self._stored: Image.Image | None = None
        self._reset()

    def pieces(self) -> list[Image.Image]:
        self._end_line()
        return [_piece(strips) for strips in self._pieces if strips]

    def obey(self, command: Command) -> None:
        actions: dict[str, Callable[[Command], None]] = {
            "text": self._text,
            "line": lambda _: self._end_line(always=True),
            "ask": lambda _: None,
            "reset": lambda _: self._reset(),
            "raster": self._raster,
            "column": self._column,
            "graphics": self._graphics,
            "qr": self._qr,
            "cut": self._cut,
            "feed dots": lambda c: self._feed(c.values[0]),
            "feed lines": lambda c: self._feed(c.values[0] * self._spacing),
        }
        actions.get(command.name, self._set)(command)

    def _reset(self) -> None:
        self._style = Style()
        self._align = 0
        self._page = 0
        self._spacing = USUAL_SPACING
        self._code: dict[int, bytes] = {}

    def _set(self, command: Command) -> None:
        match command.name, command.values:
            case "usual spacing", ():
                self._spacing = USUAL_SPACING
            case "spacing", (dots,):
                self._spacing = dots
            case "align", (side,):
                self._align = side % 48
            case "code page", (page,):
                self._page = page
            case name, (value,):
                self._style = self._style.changed(name, value)

    def _text(self, command: Command) -> None:
        for character in decode(command.data, self._page):
            self._put(draw_glyph(character, self._style))
            self._words += character

    def _put(self, cell: Image.Image) -> None:
        if sum(c.width for c in self._cells) + cell.width > WIDTH:
            self._end_line()
        self._cells.append(cell)

    def _end_line(self, *, always: bool = False) -> None:
        if not self._cells and not always:
            return
        height = max((cell.height for cell in self._cells), default=0)
        strip = Image.new("L", (sum(cell.width for cell in self._cells), max(height, self._spacing)), WHITE)
        left = 0
        for cell in self._cells:
            strip.paste(cell, (left, height - cell.height))
            left += cell.width
        self._place(strip)
        if self._words.strip():
            self.said.append(self._words.strip())
        self._cells, self._words = [], ""

    def _place(self, strip: Image.Image) -> None:
        whole = Image.new("L", (WIDTH, strip.height), WHITE)
        whole.paste(strip, ((WIDTH - strip.width) * self._align // 2, 0))
        self._pieces[-1].append(whole)

    def _feed(self, dots: int) -> None:
        self._end_line()
        if dots:
            self._place(Image.new("L", (1, dots), WHITE))

    def _raster(self, command: Command) -> None:
        mode, width, height = command.values
        self._place(_dots(width * 8, height, command.data, 1 + mode % 2, 1 + mode // 2 % 2))

    def _column(self, command: Command) -> None:
        mode, width = command.values
        tall = 24 if mode >= 32 else 8
        upright = _dots(tall, width, command.data, 1, 1).transpose(Image.Transpose.TRANSPOSE)
        self._put(upright.resize((width * (1 if mode % 2 else 2), 24), Image.Resampling.NEAREST))

    def _graphics(self, command: Command) -> None:
        data = command.data
        if command.values == (112,):
            width, height = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
            self._stored = _dots(width, height, data[8:], data[1], data[2])
        elif self._stored is not None:
            self._place(self._stored)

    def _qr(self, command: Command) -> None:
        self._code[command.values[0]] = command.data
        if command.values[0] == 81:
            level = CORRECTION[self._code.get(69, b"0")[0]]
            code = qrcode.QRCode(error_correction=level, box_size=self._code.get(67, b"\3")[0], border=0)
            code.add_data(self._code[80][1:])
            self._place(code.make_image().get_image().convert("L"))

    def _cut(self, command: Command) -> None:
        self._feed(command.values[1])
        self._pieces.append([])


def _dots(width: int, height: int, data: bytes, times_x: int, times_y: int) -> Image.Image:
    if len(data) != (width + 7) // 8 * height:
        raise UnknownCommandError("a picture has not the dots it announces")
    picture = ImageChops.invert(Image.frombytes("1", (width, height), data).convert("L"))
    return picture.resize((width * times_x, height * times_y), Image.Resampling.NEAREST)


def _piece(strips: list[Image.Image]) -> Image.Image:
    piece = Image.new("L", (WIDTH, sum(strip.height for strip in strips) + 2 * MARGIN), WHITE)
    top = MARGIN
    for strip in strips:
        piece.paste(strip, (0, top))
        top += strip.height
    return piece.point(lambda shade: BLACK if shade < 128 else WHITE).convert("1")
