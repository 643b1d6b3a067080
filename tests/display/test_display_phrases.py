"""What the voice says."""

import pytest

from contract.messages import Desk, DeskWord
from display.phrases import desk_name, sentence

from .waiting_room import call


def test_a_call_is_said_as_number_and_desk() -> None:
    assert sentence(call(47)) == "Numéro 47. Bureau\u00a03."


@pytest.mark.parametrize(
    ("word", "mark", "shown"),
    [
        (DeskWord.RECEPTION, "12", "Accueil\u00a012"),
        (DeskWord.ROOM, "B", "Salle\u00a0B"),
        (DeskWord.FLOOR, "2", "Étage\u00a02"),
        (DeskWord.RECEPTION, "", "Accueil"),
    ],
)
def test_a_desk_is_a_word_and_a_mark(word: DeskWord, mark: str, shown: str) -> None:
    assert desk_name(Desk(word=word, mark=mark)) == shown
