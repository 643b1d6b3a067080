"""What is written one way and said another: hours, and names in capitals that a voice reads as a word.

espeak-ng reads "CCAS" as "cas" and "17 h 30" as "17 hache 30".
"""

import re

SAID = {"CCAS": "cé cé a esse", "RDV": "rendez-vous"}
WRITTEN = re.compile(rf"\b({'|'.join(SAID)})\b")
HOUR = re.compile(r"\b(\d{1,2})\s?[hH](?:\s?(\d{2}))?\b")


def as_said(text: str) -> str:
    """Return the text the voice must be given. ``\\s`` also matches the no-break spaces of hours."""
    spelled = WRITTEN.sub(lambda found: SAID[found[1]], text)
    return HOUR.sub(_hour, spelled)


def _hour(found: re.Match[str]) -> str:
    unit = "heure" if int(found[1]) < 2 else "heures"
    minutes = "" if found[2] in (None, "00") else f" {int(found[2])}"
    return f"{found[1]} {unit}{minutes}"
