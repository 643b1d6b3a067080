"""Draw kiosk/symbols/NAME.png from static/symbols/NAME.svg for the receipt printer.

Each picture becomes a 96 x 96 dots image of one bit (12 mm at 203 dots per inch),
black on white. It is drawn eight times larger in Chromium, centred so that the ink
spans 92 dots, then reduced and thresholded: no grey, no dithering.

Needs Playwright and Pillow, and Chromium in /usr/bin/chromium (or the path given in
the environment variable CHROMIUM). Run from anywhere: ``python deploy/draw_symbols.py``.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static" / "symbols"
TARGET = ROOT / "kiosk" / "symbols"

DOTS = 96
INK_DOTS = 92
ZOOM = 8
THRESHOLD = 128
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Frames the drawing on its own ink: the view box becomes a square around it.
FRAME = """
([dots, ink]) => {
  const svg = document.querySelector("svg");
  const box = svg.getBBox();
  const side = Math.max(box.width, box.height) * dots / ink;
  const left = box.x + box.width / 2 - side / 2;
  const top = box.y + box.height / 2 - side / 2;
  svg.setAttribute("viewBox", `${left} ${top} ${side} ${side}`);
}
"""


def draw(page: Page, svg: str) -> Image.Image:
    """Draw one picture and return it in pure black and white."""
    side = DOTS * ZOOM
    page.set_content(
        f"<style>body{{margin:0;color:#000;background:#fff}}svg{{display:block;width:{side}px;height:{side}px}}</style>"
        + svg
    )
    page.evaluate(FRAME, [DOTS, INK_DOTS])
    large = Image.open(io.BytesIO(page.screenshot())).convert("L")
    small = large.resize((DOTS, DOTS), Image.Resampling.BOX)
    return small.point(lambda grey: 255 if grey >= THRESHOLD else 0).convert("1", dither=Image.Dither.NONE)


def main() -> None:
    """Draw every picture of the folder."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": DOTS * ZOOM, "height": DOTS * ZOOM})
        for source in sorted(SOURCE.glob("*.svg")):
            target = TARGET / f"{source.stem}.png"
            draw(page, source.read_text(encoding="utf-8")).save(target, optimize=True)
            print(target.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
