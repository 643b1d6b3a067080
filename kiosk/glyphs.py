"""A printer's own characters: cells of dots, magnified up to eight times each way."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.commands import UnknownCommandError

FONTS = Path(__file__).resolve().parent / "fonts"
CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866",
              18: "cp852", 19: "cp858", 45: "cp1250", 46: "cp1251", 48: "cp1254"}  # fmt: skip
CELLS = {0: (12, 24, 20), 1: (9, 17, 14)}  # width, height, and size of the face that fills them
SMOOTHED_FROM = 4
WHITE, BLACK = 255, 0


@dataclass(frozen=True)
class Style:
    """How the next characters look; ``wide`` and ``high`` are magnifications, 1 to 8."""

    font: int = 0
    bold: bool = False
    underline: bool = False
    invert: bool = False
    smooth: bool = False
    wide: int = 1
    high: int = 1

    def changed(self, name: str, value: int) -> "Style":
        """Return the style after one command. Raises UnknownCommandError."""
        match name:
            case "mode":  # ESC !: everything at once
                wide, high = 1 + (value >> 5 & 1), 1 + (value >> 4 & 1)
                mode = Style(value & 1, bool(value & 8), bool(value & 128), wide=wide, high=high)
                return replace(mode, invert=self.invert, smooth=self.smooth)
            case "size":
                return replace(self, wide=1 + (value >> 4 & 7), high=1 + (value & 7))
            case "font" if value % 48 in CELLS:
                return replace(self, font=value % 48)
            case "bold":
                return replace(self, bold=bool(value & 1))
            case "underline":
                return replace(self, underline=bool(value % 48))
            case "invert":
                return replace(self, invert=bool(value & 1))
            case "smooth":
                return replace(self, smooth=bool(value & 1))
        raise UnknownCommandError(f"unknown parameter {value} of {name}")


def decode(text: bytes, page: int) -> str:
    """Read text in a code page of the printer. Raises UnknownCommandError."""
    if page not in CODE_PAGES:
        raise UnknownCommandError(f"unknown code page {page}")
    return text.decode(CODE_PAGES[page], errors="replace")


@lru_cache(maxsize=512)
def draw_glyph(character: str, style: Style) -> Image.Image:
    """Return one cell, black on white (or the reverse), in shades of grey."""
    width, height, _ = CELLS[style.font]
    size = (width * style.wide, height * style.high)
    smooth = style.smooth and min(style.wide, style.high) >= SMOOTHED_FROM
    cell = _drawn(character, style, style.high if smooth else 1).resize(size, Image.Resampling.NEAREST)
    if style.underline:
        ImageDraw.Draw(cell).line((0, cell.height - 1, cell.width, cell.height - 1), fill=BLACK)
    return ImageChops.invert(cell) if style.invert else cell


def _drawn(character: str, style: Style, times: int) -> Image.Image:
    width, height, face_size = (measure * times for measure in CELLS[style.font])
    cell = Image.new("L", (width, height), WHITE)
    drawing = ImageDraw.Draw(cell)
    drawing.fontmode = "1"  # a dot is burnt or not
    drawing.text((0, round(height * 0.79)), character, BLACK, _face(face_size, style.bold), anchor="ls")
    return cell


@lru_cache(maxsize=16)
def _face(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(FONTS / name, size)
