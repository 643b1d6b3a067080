"""Pages: one Jinja environment per room, drawings inlined so that they take the colour of the text."""

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from house.words import catalogue, hour

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


def page_environment(language: str = "fr") -> Environment:
    """Return the environment that renders ``templates/`` in one language.

    Templates may call ``_``, ``ngettext``, ``pgettext``; ``symbol(code)`` and ``sign(name)`` inline a
    drawing of ``static/``; ``asset(path)`` gives an address that changes with the file; ``|hour``.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(symbol=symbol, sign=sign, asset=asset)
    environment.filters["hour"] = hour
    return environment


def mount_static(app: Starlette) -> None:
    """Serve ``static/`` under ``/static``; what ``asset`` named is kept by browsers for good."""
    app.mount("/static", KeptFiles(directory=STATIC), name="static")


class KeptFiles(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file, to be kept when its address holds its digest."""
        answer = await super().get_response(path, scope)
        named = scope["query_string"].startswith(b"v=")
        answer.headers["cache-control"] = "public, max-age=31536000, immutable" if named else "no-cache"
        return answer


def symbol(code: str) -> Markup:
    """Return a ticket picture as inline SVG; an unknown code (a later server) gives an empty drawing."""
    return _drawing("symbols", code)


def sign(name: str) -> Markup:
    """Return one of our own signs (hand, arrow, door…) as inline SVG."""
    return _drawing("signs", name)


@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """Return the address of a static file, with the digest of its content: a new file is fetched at once."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


@lru_cache(maxsize=256)
def _drawing(folder: str, name: str) -> Markup:
    path = STATIC / folder / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        return Markup("")
    svg = path.read_text(encoding="utf-8").replace("<svg ", '<svg class="drawing" aria-hidden="true" ', 1)
    return Markup(svg)  # noqa: S704 (our own files, from a closed list of names)
