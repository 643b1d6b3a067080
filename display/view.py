"""The screen in HTML: the parts of the page that change, each rendered whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment

from display.pace import Pace
from display.phrases import desk_name
from display.place import Place
from display.screen import Screen
from display.settings import DisplaySettings
from house.pages import asset, page_environment

PARTS = {
    "name": "display/_name.html",
    "call": "display/_call.html",
    "recent": "display/_recent.html",
    "past": "display/_past.html",
    "expected": "display/_expected.html",
}
ASSETS = ("css/fonts.css", "css/tokens.css", "css/display.css", "js/display.js")


@dataclass(frozen=True)
class Announcement:
    """What a page must play for the lit call: addresses, and the pause between the two sayings in seconds."""

    chime: str
    voice: str
    pause: float


class View:
    """Renders for one set of settings. ``build`` changes with the page's own files: an old page reloads."""

    def __init__(self, settings: DisplaySettings, pace: Pace) -> None:
        self._settings = settings
        self._pace = pace
        self._environment = _environment()
        self.build = "".join(asset(path)[-4:] for path in ASSETS)

    def page(self, screen: Screen, place: Place, at: datetime) -> str:
        """Return the whole page as of the civil instant ``at``."""
        return self._environment.get_template("display/page.html").render(
            self._facts(screen, place),
            settings=self._settings,
            pace=self._pace,
            build=self.build,
            now=at.astimezone(place.time_zone),
        )

    def snapshot(self, screen: Screen, place: Place) -> dict[str, Any]:
        """Return the message that makes a connected page show ``screen``."""
        facts = self._facts(screen, place)
        parts = {
            part: self._environment.get_template(template).render(facts).strip()
            for part, template in PARTS.items()
        }
        zone = facts["time_zone"]
        return {"kind": "screen", "build": self.build, "time_zone": zone, "lit": facts["lit"], "parts": parts}

    def _facts(self, screen: Screen, place: Place) -> dict[str, Any]:
        large = () if screen.large is None else (screen.large,)
        lit = "" if screen.lit is None else str(screen.lit)
        return {
            "screen": screen,
            "name": place.name,
            "time_zone": place.time_zone.key,
            "lit": lit,
            "past": (*large, *screen.recent),
        }


def _environment() -> Environment:
    environment = page_environment()
    environment.filters["desk_name"] = desk_name
    return environment
