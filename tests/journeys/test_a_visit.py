"""From the tap to the interview, on each engine."""

import shutil
import sqlite3

from playwright.sync_api import Browser, expect

from tests.journeys.house import House
from tests.journeys.people import LIVE_MS, Staff, Visitor, WaitingRoom, open_page


def test_someone_touches_the_kiosk_is_called_and_is_received(
    browser: Browser, house_on_each_engine: House
) -> None:
    house = house_on_each_engine
    visitor, room = Visitor(browser, house), WaitingRoom(browser, house)
    amina = Staff(browser, house, "amina", "Bureau 3")
    amina.sees("Personne n’attend.")

    assert visitor.touch() == "1"
    assert _numbers_on_the_disk_of_the_kiosk(house) == [1]
    amina.sees("1 personne attend")

    amina.press(" ")
    amina.sees("Appelée")
    amina.has("1")
    room.sees_called("1", "Bureau 3")
    room.hears("chime", "voice", "voice")
    assert room.page.evaluate("window.flashed") >= 1

    amina.press("e")
    amina.sees("En entretien")
    amina.press("t")
    amina.sees("Personne n’attend.")
    assert house.board()["waiting"] == 0


def test_the_slip_that_was_printed_can_be_seen(browser: Browser, house: House, visitor: Visitor) -> None:
    visitor.touch()
    slips = open_page(browser, f"{house.address('kiosk')}/slips", 800, 1000)
    picture = slips.locator("ol img").first
    expect(picture).to_be_visible(timeout=LIVE_MS)
    words = picture.get_attribute("alt") or ""
    assert "12 rue de la Gare, Bondy" in words
    assert "Asseyez-vous. Nous vous appellerons." in words
    assert picture.evaluate("image => image.naturalWidth") == 576


def test_someone_who_comes_just_after_disponible_is_called_at_once(
    amina: Staff, visitor: Visitor, room: WaitingRoom
) -> None:
    amina.press(" ")
    amina.sees("Vous êtes disponible.")
    number = visitor.touch()
    amina.has(number)
    amina.sees("Appelée")
    room.sees_called(number, "Bureau 3")


def test_someone_who_is_not_there_yet_is_called_again_later(
    amina: Staff, visitor: Visitor, room: WaitingRoom, house: House
) -> None:
    number = visitor.touch()
    amina.sees("1 personne attend")
    amina.press(" ")
    room.hears("chime", "voice", "voice")
    room.forgets()

    amina.press("r")
    room.hears("chime", "voice", "voice")

    amina.press("a")
    amina.sees("Attendus à l’accueil")
    assert house.board()["expected"] == [number]
    expect(room.page.locator("body")).to_contain_text("Attendus à l’accueil", timeout=LIVE_MS)

    amina.page.get_by_role("button", name=f"Appeler de nouveau le {number}").press("Enter")
    amina.has(number)
    amina.press("e")
    amina.sees("En entretien")
    assert house.board()["expected"] == []


def test_two_agents_who_press_together_get_two_people(amina: Staff, joel: Staff, visitor: Visitor) -> None:
    first = visitor.touch()
    visitor.page.wait_for_timeout(4_200)  # sooner, a second tap repeats the first number
    visitor.page.mouse.click(540, 1200)
    expect(visitor.number).not_to_have_text(first, timeout=LIVE_MS)
    amina.sees("2 personnes attendent")
    joel.sees("2 personnes attendent")
    amina.press(" ")
    joel.press(" ")
    amina.sees("Appelée")
    joel.sees("Appelée")
    held = {staff.page.locator(".person .digits").inner_text() for staff in (amina, joel)}
    assert held == {"1", "2"}


def test_a_key_held_down_or_pressed_in_haste_is_one_step(amina: Staff, visitor: Visitor) -> None:
    visitor.touch()
    amina.sees("1 personne attend")
    for _ in range(3):
        amina.press(" ")
        amina.page.wait_for_timeout(120)
    amina.sees("Appelée")

    amina.page.wait_for_timeout(1_000)
    for _ in range(20):  # from the second on, the browser says that the key is held
        amina.page.keyboard.down("Enter")
        amina.page.wait_for_timeout(50)
    amina.page.keyboard.up("Enter")
    amina.sees("En entretien")


def _numbers_on_the_disk_of_the_kiosk(house: House) -> list[int]:
    """Read a copy of the book: the kiosk keeps the file itself locked."""
    copy = house.data / "copy"
    copy.mkdir()
    for file in (house.data / "kiosk").glob("book.sqlite*"):
        shutil.copy(file, copy)
    book = sqlite3.connect(copy / "book.sqlite")
    try:
        return [row[0] for row in book.execute("SELECT number FROM spent ORDER BY number")]
    finally:
        book.close()
