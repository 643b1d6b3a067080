"""The server dies and comes back; the site goes on by itself."""

import time

from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.people import LIVE_MS, Staff, Visitor, WaitingRoom

STALE_MS = 40_000
RECOVERY_MS = 20_000


def test_the_kiosk_gives_tickets_alone_and_they_enter_the_line_afterwards(
    house: House, visitor: Visitor, amina: Staff, room: WaitingRoom
) -> None:
    visitor.touch()
    amina.sees("1 personne attend")

    house.kill("server")
    expect(amina.page.get_by_role("alert")).to_contain_text(
        "ne reçoit plus de nouvelles", timeout=RECOVERY_MS
    )
    visitor.page.wait_for_timeout(4_200)  # sooner, a second tap repeats the first number
    visitor.page.mouse.click(540, 1200)
    expect(visitor.number).to_have_text("2", timeout=LIVE_MS)
    expect(room.page.locator(".stopped")).to_be_visible(timeout=STALE_MS)
    expect(room.page.locator(".stopped")).to_contain_text("Nous venons vous chercher dans la salle.")

    house.start("server")
    expect(amina.state).to_contain_text("2 personnes attendent", timeout=RECOVERY_MS * 4)
    expect(room.page.locator(".stopped")).to_be_hidden(timeout=RECOVERY_MS)


def test_a_kiosk_killed_after_the_tap_has_lost_nothing(house: House, visitor: Visitor) -> None:
    house.kill("server")
    assert visitor.touch() == "1"
    house.kill("kiosk")
    house.start("server")
    house.start("kiosk")
    assert _waiting_within(house, seconds=40) == 1


def _waiting_within(house: House, seconds: int) -> int:
    until = time.monotonic() + seconds
    while (waiting := int(house.board()["waiting"])) == 0 and time.monotonic() < until:
        time.sleep(0.1)
    return waiting
