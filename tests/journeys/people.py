"""The people of the journeys: what each of them does and sees, through a real page."""

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.house import House

LIVE_MS = 10_000
"""How long a page may take to show news, on a busy machine."""


def open_page(browser: Browser, address: str, width: int, height: int) -> Page:
    """Open a page in a browser of its own; a fault of its scripts ends the journey."""
    page = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR").new_page()
    page.on("pageerror", _fail)
    page.goto(address)
    return page


def _fail(error: object) -> None:
    raise AssertionError(f"a script failed: {error}")


class Visitor:
    """Someone in front of the kiosk."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.page = open_page(browser, house.address("kiosk"), 1080, 1920)

    def touch(self) -> str:
        """Touch the middle of the screen, and read the number that comes."""
        self.page.mouse.click(540, 1200)
        expect(self.number).to_be_visible(timeout=LIVE_MS)
        return self.number.inner_text().strip()

    @property
    def number(self) -> Locator:
        """The number in giant digits."""
        return self.page.locator("#ticket .digits")


class Staff:
    """An agent at a desk, by keyboard alone."""

    def __init__(self, browser: Browser, house: House, login: str, desk: str) -> None:
        self.page = open_page(browser, house.address("server"), 1366, 768)
        expect(self.page.locator("#login")).to_be_focused()
        self.page.keyboard.type(login)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("demo")
        self.page.keyboard.press("Enter")
        self.page.get_by_role("button", name=desk).press("Enter")
        expect(self.state).to_be_visible()

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)

    def sees(self, sentence: str) -> None:
        """Wait until the page says something."""
        expect(self.state).to_contain_text(sentence, timeout=LIVE_MS)

    def has(self, number: str) -> None:
        """Wait until this number is the one in front of the agent."""
        expect(self.page.locator(".person .digits")).to_have_text(number, timeout=LIVE_MS)

    @property
    def state(self) -> Locator:
        """The moving part of the page."""
        return self.page.locator("#state")

    @property
    def title(self) -> Locator:
        """What the page says first."""
        return self.page.locator("#state h1")


class WaitingRoom:
    """Someone who watches and hears the screen of the waiting room."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.page = open_page(browser, house.address("display"), 1920, 1080)
        self.page.evaluate(HEAR)

    def sees_called(self, number: str, desk: str) -> None:
        """Wait until a number is the large one, with its desk."""
        expect(self.call.locator(".number")).to_have_text(number, timeout=LIVE_MS)
        expect(self.call).to_contain_text(desk)
        expect(self.call.locator(".symbol svg")).to_be_visible()

    def hears(self, *sounds: str) -> None:
        """Wait until these sounds have been played to their end, in this order, and nothing else."""
        self.page.wait_for_function("many => window.heard.length >= many", arg=len(sounds), timeout=40_000)
        assert self.page.evaluate("window.heard") == list(sounds)

    def forgets(self) -> None:
        """Forget what was heard so far."""
        self.page.evaluate("window.heard = []")

    @property
    def call(self) -> Locator:
        """The large call, lit."""
        return self.page.locator(".panel.lit")


HEAR = """
window.heard = []; window.flashed = 0;
for (const sound of document.querySelectorAll("audio")) {
  sound.addEventListener("ended", () => window.heard.push(sound.id));
}
document.addEventListener("animationstart", () => { window.flashed += 1; });
"""
