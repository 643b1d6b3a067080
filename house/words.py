"""The words people read and hear: gettext catalogues, and hours said the French way.

Code carries English message ids; the text that is shown lives in ``locales/<language>/LC_MESSAGES``.
Catalogues are read from their ``.po`` files at start: no compiled file can be stale.
"""

import gettext
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locales"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=16)
def catalogue(language: str = "fr") -> gettext.GNUTranslations:
    """Return the sentences of one language. Raises FileNotFoundError for a language without a catalogue."""
    path = LOCALES / language / "LC_MESSAGES" / "porte_ouverte.po"
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def hour(at: datetime) -> str:
    """Write an hour as people do: ``10 h 42``, ``9 h``. The instant is already in the site's time zone."""
    minutes = f"{NO_BREAK_SPACE}{at.minute:02d}" if at.minute else ""
    return f"{at.hour}{NO_BREAK_SPACE}h{minutes}"
