"""What is written one way and said another."""

import pytest

from speech.spelling import as_said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("jusqu’à 17 h 30.", "jusqu’à 17 heures 30."),
        ("à 17h30", "à 17 heures 30"),
        ("à 9\u00a0h\u00a005", "à 9 heures 5"),
        ("à 9 h", "à 9 heures"),
        ("à 1 h", "à 1 heure"),
        ("à 14 h 00", "à 14 heures"),
        ("le CCAS de Bondy", "le cé cé a esse de Bondy"),
        ("Numéro 47. Bureau 3.", "Numéro 47. Bureau 3."),
        ("Numéro 12. Salle H.", "Numéro 12. Salle H."),
    ],
)
def test_hours_and_capitals_are_written_as_they_are_said(written: str, said: str) -> None:
    assert as_said(written) == said
