"""What a machine can tell of accessibility: axe finds nothing on any page, in any state of the story."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.people import LIVE_MS, Staff, Visitor, WaitingRoom, open_page


def test_the_kiosk_at_rest_and_after_the_tap(visitor: Visitor) -> None:
    _is_accessible(visitor.page)
    visitor.touch()
    _is_accessible(visitor.page)


def test_the_screen_of_the_waiting_room(room: WaitingRoom, visitor: Visitor, amina: Staff) -> None:
    _is_accessible(room.page)
    visitor.touch()
    amina.press(" ")
    expect(room.call).to_be_visible(timeout=LIVE_MS)
    room.hears("chime", "voice", "voice")  # the flash is over
    _is_accessible(room.page)


def test_the_agents_pages_through_a_visit(browser: Browser, house: House, visitor: Visitor) -> None:
    _is_accessible(open_page(browser, house.address("server"), 1366, 768))
    amina = Staff(browser, house, "amina", "Bureau 3")
    _is_accessible(amina.page)
    visitor.touch()
    amina.sees("1 personne attend")
    _is_accessible(amina.page)
    for key, sentence in ((" ", "Appelée"), ("e", "En entretien"), ("t", "Personne n’attend.")):
        amina.press(key)
        amina.sees(sentence)
        _is_accessible(amina.page)
    amina.page.goto(f"{house.address('server')}/desk")
    _is_accessible(amina.page)


def test_the_page_of_the_telephone_announcement(browser: Browser, house: House) -> None:
    _is_accessible(open_page(browser, house.address("voicemail"), 1000, 700))


def test_the_focus_stays_on_the_next_key_from_step_to_step(amina: Staff, visitor: Visitor) -> None:
    visitor.touch()
    amina.sees("1 personne attend")
    main_key = amina.page.locator("#main-key")
    for key, sentence in (("Enter", "Appelée"), ("Enter", "En entretien"), ("Enter", "Personne n’attend.")):
        expect(main_key).to_be_focused(timeout=LIVE_MS)
        amina.page.wait_for_timeout(1_000)  # sooner, a press may be one too many
        amina.press(key)
        amina.sees(sentence)
    expect(main_key).to_be_focused(timeout=LIVE_MS)


def test_news_leave_the_focus_where_it_is(amina: Staff, visitor: Visitor) -> None:
    elsewhere = amina.page.get_by_role("button", name="Changer de bureau")
    elsewhere.focus()
    visitor.touch()
    amina.sees("1 personne attend")
    expect(elsewhere).to_be_focused()


def test_the_lit_key_is_on_the_screen_with_thirty_people_waiting(house: House, amina: Staff) -> None:
    house.fill_the_room(30)
    amina.sees("30 personnes attendent")
    for key, sentence in ((" ", "Appelée"), ("a", "Attendus à l’accueil")):
        expect(amina.page.locator("#main-key")).to_be_in_viewport(ratio=1)
        amina.press(key)
        amina.sees(sentence)
    expect(amina.page.locator("#main-key")).to_be_in_viewport(ratio=1)


def test_a_letter_in_a_field_is_a_letter(browser: Browser, house: House) -> None:
    page = open_page(browser, f"{house.address('server')}/sign-in", 1366, 768)
    page.locator("#login").press_sequentially("t e")
    expect(page.locator("#login")).to_have_value("t e")


def _is_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
