"""Draw the pictures of the README from the running demonstration.

Run by ``make pictures``: starts the four programs on a fresh folder, plays a short morning, and keeps what a
real browser shows in ``docs/pictures``.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy import demo

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)
FIRST_PORT = 8700
REPEAT_MS = 4_200
"""Sooner, a second tap on the kiosk repeats the first number."""
FLASH_MS = 2_500


def main() -> None:
    """Start the demonstration, take the pictures, stop."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    ports = demo.ports_from(FIRST_PORT)
    children: dict[str, subprocess.Popen[bytes]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = demo.prepare(ports, Path(folder))
        try:
            for name in demo.PROGRAMS:
                children[name] = demo.start(environment, name)
                demo.wait_until_ready(name, ports[name], children[name])
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            play(browser, {name: f"http://{demo.HOST}:{port}" for name, port in ports.items()})
            browser.close()
        finally:
            demo.stop_all(children)


def play(browser: Browser, address: dict[str, str]) -> None:
    """Play a short morning: six people come, two are called."""
    kiosk = _open(browser, address["kiosk"], 1080, 1920)
    room = _open(browser, address["display"], 1920, 1080)
    kiosk.wait_for_timeout(1_000)
    _keep(kiosk, "kiosk-rest")
    for _ in range(6):
        kiosk.mouse.click(540, 1200)
        kiosk.wait_for_timeout(REPEAT_MS)
    _keep(kiosk, "kiosk-ticket")
    _slip(browser, address["kiosk"])
    joel = _sign_in(browser, address["server"], "joel", "Bureau 1")
    joel.keyboard.press("Space")
    amina = _sign_in(browser, address["server"], "amina", "Bureau 3")
    amina.wait_for_timeout(9_000)  # Joël's call is said first
    amina.keyboard.press("Space")
    room.locator(".panel.lit .number", has_text="2").wait_for()
    room.wait_for_timeout(FLASH_MS)
    _keep(room, "display-call")
    _keep(amina, "agent")


def _slip(browser: Browser, kiosk: str) -> None:
    page = _open(browser, f"{kiosk}/slips", 800, 1000)
    address = page.locator("ol img").first.get_attribute("src")
    (PICTURES / "slip.png").write_bytes(page.request.get(f"{kiosk}{address}").body())


def _sign_in(browser: Browser, server: str, login: str, desk: str) -> Page:
    page = _open(browser, server, 1366, 768)
    page.fill("#login", login)
    page.fill("#password", "demo")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=desk).click()
    page.locator("#main-key").wait_for()
    page.wait_for_timeout(500)
    return page


def _open(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR").new_page()
    page.goto(address)
    return page


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
