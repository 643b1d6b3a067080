"""The sentence a caller hears."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from contract.messages import Board, Line, Opening, Texts
from speech.render import render
from speech.voice import Voice
from voicemail.message import LONGEST_SPOKEN_NAME, busy_message


def board(name: str = "MDS de démonstration", opening: Literal["open", "closed"] = "open") -> Board:
    """Build the board of a site where the line is busy."""
    return Board(
        site="demo",
        revision=1,
        at=datetime(2031, 3, 4, tzinfo=UTC),
        waiting=0,
        calls=[],
        expected=[],
        opening=Opening(state=opening),
        line=Line(state="busy"),
        texts=Texts(name=name),
    )


def test_the_state_of_the_line_comes_first_then_who_then_what_to_do() -> None:
    assert busy_message(board()) == (
        "La ligne est occupée. Ici, MDS de démonstration. Rappelez un peu plus tard. "
        "Vous pouvez venir sans rendez-vous."
    )


def test_one_is_not_asked_to_come_to_a_closed_reception() -> None:
    assert "venir" not in busy_message(board(opening="closed"))


@pytest.mark.parametrize("name", ["", "   ", "Maison départementale des solidarités de Bondy"])
def test_a_name_too_long_to_be_said_gives_way_to_a_plain_word(name: str) -> None:
    assert "Ici, l’accueil social." in busy_message(board(name))


def test_the_longest_message_lasts_twelve_seconds_at_most(tmp_path: Path) -> None:
    message = busy_message(board("W" * LONGEST_SPOKEN_NAME))
    plain = busy_message(board("Solidarités de Bondy"))
    assert len(message) >= len(plain)
    recording = asyncio.run(render(plain, Voice(), tmp_path / "message.wav"))
    assert 5 < recording.sound.seconds <= 12
