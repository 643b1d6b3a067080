"""The slip: short jobs, right words, nothing about a person."""

from dataclasses import replace

import pytest

from contract.symbols import SYMBOLS
from kiosk.commands import Command, commands
from kiosk.paper import said
from kiosk.slip import Paper, Slip, picture_of, slip_bytes
from tests.kiosk.cast import MORNING

SLIP = Slip(47, MORNING, "12 rue de la Gare, Bondy", 4)
PLAIN = Paper(picture=False)
PICTURED = Paper()
LINK = "https://accueil.example.org/" + "x" * 22
LONG_ADDRESS = "Maison départementale des solidarités, " * 6


def test_the_slip_byte_for_byte() -> None:
    assert slip_bytes(SLIP, PLAIN) == (
        b"\x1b@\x1bt\x10\x1db\x01\x1bE\x01\x1ba\x01"
        b"Accueil, 12 rue de la Gare, Bondy\n04/03/2031 10:42\n"
        b"\x1d!\x7747\n\x1d!\x114 personnes avant vous\n\x1bE\x00\x1d!\x00\n"
        b"Asseyez-vous. Nous vous appellerons.\n"
        b"L\x92ordre peut changer. Votre place est gard\xe9e.\n"
        b"Vous avez rendez-vous ? Dites-le \xe0 l\x92accueil.\n"
        b"Vous pouvez demander un entretien avec un\ntravailleur social, sans dire pourquoi.\n"
        b"\x1dVB\x00"
    )


@pytest.mark.parametrize("paper", [PLAIN, Paper(picture=False, link=LINK)])
def test_without_picture_no_slip_is_longer_than_400_bytes(paper: Paper) -> None:
    slips = (Slip(number, MORNING, LONG_ADDRESS, number) for number in [*range(1, 1000), 9999])
    assert max(len(slip_bytes(slip, paper)) for slip in slips) <= 400


@pytest.mark.parametrize("paper", [PICTURED, Paper(link=LINK)])
def test_with_its_picture_no_slip_is_longer_than_1500_bytes(paper: Paper) -> None:
    slips = (Slip(number, MORNING, LONG_ADDRESS, number) for number in [*range(1, 1000), 9999])
    assert max(len(slip_bytes(slip, paper)) for slip in slips) <= 1500


@pytest.mark.parametrize("number", range(len(SYMBOLS)))
def test_each_picture_is_10_to_12_mm_at_its_longest(number: int) -> None:
    dots = max(picture_of(number + 1).size)
    assert 80 <= dots <= 96


def test_it_tells_the_visitor_what_the_wording_says() -> None:
    assert said(slip_bytes(SLIP, PLAIN)) == [
        "Accueil, 12 rue de la Gare, Bondy",
        "04/03/2031 10:42",
        "47",
        "4 personnes avant vous",
        "Asseyez-vous. Nous vous appellerons.",
        "L’ordre peut changer. Votre place est gardée.",
        "Vous avez rendez-vous ? Dites-le à l’accueil.",
        "Vous pouvez demander un entretien avec un",
        "travailleur social, sans dire pourquoi.",
    ]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0, "Bientôt à vous."), (1, "1 personne avant vous"), (2, "2 personnes avant vous")],
)
def test_people_before_are_counted_in_french(count: int, sentence: str) -> None:
    assert said(slip_bytes(replace(SLIP, people_before=count), PLAIN))[3] == sentence


def test_without_fresh_news_nothing_is_said_about_people_before() -> None:
    lines = said(slip_bytes(replace(SLIP, people_before=None), PLAIN))
    assert lines[3] == "Asseyez-vous. Nous vous appellerons."


def test_without_an_address_the_title_stays_neutral() -> None:
    assert said(slip_bytes(replace(SLIP, address=""), PLAIN))[0] == "Accueil"


def test_an_address_cannot_command_the_printer() -> None:
    hostile = slip_bytes(replace(SLIP, address="Bondy\x1bp\x00\x19\x19\x1dV\x00"), PLAIN)
    assert [command.name for command in commands(hostile)].count("cut") == 1


def test_one_code_page_is_chosen_and_kept() -> None:
    pages = [command for command in commands(slip_bytes(SLIP, PLAIN)) if command.name == "code page"]
    assert pages == [Command("code page", (16,))]


def test_a_printer_without_that_code_page_still_prints_accents() -> None:
    assert "L’ordre peut changer. Votre place est gardée." in said(slip_bytes(SLIP, Paper("TM-T88IV", False)))


def test_a_name_in_another_alphabet_does_not_spoil_what_follows() -> None:
    lines = said(slip_bytes(replace(SLIP, address="улица Œuvre"), PLAIN))
    assert lines[0] == "Accueil, улица Œuvre"
    assert "L’ordre peut changer. Votre place est gardée." in lines


def test_there_is_no_qr_code_unless_the_site_asks_for_it() -> None:
    names = [command.name for command in commands(slip_bytes(SLIP, PICTURED))]
    assert "qr" not in names
    assert "qr" in [command.name for command in commands(slip_bytes(SLIP, Paper(link=LINK)))]
