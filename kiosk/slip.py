"""The slip, as the bytes a receipt printer understands: rendering only, nothing is sent from here.

The text is printed in the printer's own fonts and the number in its digits magnified eight times; only the
picture is sent as dots. The title is an address and nothing more: a slip can be found in a pocket.
Commands: Epson, *ESC/POS Command Reference*.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from escpos.printer import Dummy
from PIL import Image, ImageOps

from contract.symbols import symbol_of
from house.words import NO_BREAK_SPACE, catalogue

COLUMNS = 48
TITLE_LINES = 2
CODE_PAGES = ("CP1252", "CP858", "CP850")
HELD = "\N{INFORMATION SEPARATOR ONE}"  # stands for a space where no line may end
SYMBOLS = Path(__file__).resolve().parent / "symbols"


@dataclass(frozen=True)
class Slip:
    """What one slip says. ``taken_at`` is in the site's time zone; ``people_before`` is None when unsure."""

    number: int
    taken_at: datetime
    address: str
    people_before: int | None


@dataclass(frozen=True)
class Paper:
    """How this site prints: the printer's profile, with or without picture, an address behind a QR code."""

    profile: str = "TM-T20II"
    picture: bool = True
    link: str = ""


def slip_bytes(slip: Slip, paper: Paper) -> bytes:
    """Return the whole job, cut included: at most 400 bytes, and 1,500 with the picture."""
    sheet = _Sheet(profile=paper.profile)
    sheet.begin()
    sheet.plain(_lines(title_of(slip.address), 1 if paper.link else TITLE_LINES))
    sheet.plain(f"{slip.taken_at:%d/%m/%Y %H:%M}")
    sheet.sized(8, f"{slip.number}")
    if paper.picture:
        sheet.image(picture_of(slip.number))
        sheet.ln()
    if slip.people_before is not None:
        sheet.sized(2, people_before(slip.people_before))
    sheet.set(bold=False)
    sheet.sized(1, "\n" + "\n".join(_lines(sentence) for sentence in sentences(with_link=bool(paper.link))))
    if paper.link:
        sheet.ln()
        sheet.qr(paper.link, native=True, size=4)
    sheet.cut(feed=False)  # this form feeds to the knife by itself, and cuts
    return bytes(sheet.output)


def title_of(address: str) -> str:
    """Return the neutral title: an address, no name of a service."""
    words = catalogue()
    if not address:
        return words.gettext("Reception")
    return words.gettext("Reception, %(address)s") % {"address": address}


def people_before(count: int) -> str:
    """Say how many people wait ahead; with nobody, that it is soon."""
    words = catalogue()
    if count == 0:
        return words.gettext("Soon your turn.")
    sentence = words.ngettext("%(num)s person before you", "%(num)s people before you", count)
    return sentence % {"num": count}


def sentences(*, with_link: bool) -> Iterator[str]:
    """Yield what a slip says below the number; a QR code takes the place of the one the kiosk also shows."""
    words = catalogue()
    yield words.gettext("Take a seat. We will call you.")
    yield words.gettext("The order may change. Your place is kept.")
    if not with_link:
        yield words.gettext("Do you have an appointment? Tell the reception.")
    yield words.gettext("You may ask to talk with a social worker, without saying why.")


@lru_cache(maxsize=24)
def picture_of(number: int) -> Image.Image:
    """Return the picture of a number, 10 to 12 mm at 203 dpi, without the white around it."""
    with Image.open(SYMBOLS / f"{symbol_of(number)}.png") as source:
        picture = source.convert("L")
    return picture.crop(ImageOps.invert(picture).getbbox())


def _lines(text: str, limit: int | None = None) -> str:
    """Wrap to the paper. What is not printable goes: in an address it would be a command to the printer."""
    kept = (HELD if sign == NO_BREAK_SPACE else sign if sign.isprintable() else " " for sign in text)
    lines = textwrap.wrap("".join(kept), COLUMNS, max_lines=limit, placeholder="…")
    return "\n".join(lines).replace(HELD, " ")


class _Sheet(Dummy):  # type: ignore[misc]
    """Sends each command once: the library repeats every style at each change."""

    def begin(self) -> None:
        self.hw("INIT")
        known = self.profile.get_code_pages()
        page = next((page for page in CODE_PAGES if page in known), None)
        if page is not None:
            self.magic.write_with_encoding(page, None)
        self.set(align="center", smooth=True, bold=True)

    def plain(self, text: str) -> None:
        self.text(text + "\n")

    def sized(self, times: int, text: str) -> None:
        self.set(custom_size=True, width=times, height=times)
        self.plain(text)
