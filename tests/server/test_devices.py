"""Devices say how they are; the staff see it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from queue_server.storage.tables import Device
from tests.cast import NINE
from tests.doubles import AgentBrowser, DisplayDouble, KioskDouble, following, next_board, no_board
from tests.server.conftest import Server

READY = {"version": "0.1.0", "clock": "2026-03-03T08:00:02Z", "printer": "ready"}


def kept(server: Server, kind: str) -> Device:
    with server.reception.database.reading() as session:
        return session.exec(select(Device).where(Device.kind == kind)).one()


def test_the_answer_is_the_servers_clock(server: Server, kiosk: KioskDouble) -> None:
    answer = kiosk.post("/devices/status", READY)
    assert (answer.status_code, answer.json()) == (200, {"at": "2026-03-03T08:00:00Z"})


def test_what_a_device_says_is_kept(server: Server, kiosk: KioskDouble) -> None:
    kiosk.post("/devices/status", READY | {"undelivered": 3, "printer": "paper_low"})
    device = kept(server, "kiosk")
    assert (device.printer, device.undelivered, device.version) == ("paper_low", 3, "0.1.0")
    assert (device.seen_at, device.drift_seconds) == (NINE, 2.0)


def test_a_display_may_say_how_it_is(server: Server, display: DisplayDouble) -> None:
    said = READY | {"printer": "none", "sound": "ready", "screen": "ready"}
    assert display.post("/devices/status", said).status_code == 200
    assert kept(server, "display").sound == "ready"


@pytest.mark.parametrize(
    "change",
    [
        {"printer": "on fire"},
        {"undelivered": -1},
        {"version": "a name and a telephone number"},
        {"clock": "2026-03-03T08:00:00"},
        {"note": "paper"},
    ],
)
def test_what_is_not_on_the_list_is_refused(
    server: Server, kiosk: KioskDouble, change: dict[str, object]
) -> None:
    assert kiosk.post("/devices/status", READY | change).status_code == 422
    assert kept(server, "kiosk").seen_at is None


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_that_is_centuries_wrong_is_measured(server: Server, kiosk: KioskDouble, told: str) -> None:
    assert kiosk.post("/devices/status", READY | {"clock": told}).status_code == 200
    assert abs(kept(server, "kiosk").drift_seconds) > timedelta(days=365).total_seconds()


def test_a_printer_without_paper_is_news_and_its_heartbeat_is_not(server: Server, kiosk: KioskDouble) -> None:
    kiosk.post("/devices/status", READY)
    with following(server.address) as link:
        next_board(link)
        kiosk.post("/devices/status", READY)
        assert no_board(link)
        kiosk.post("/devices/status", READY | {"printer": "paper_out"})
        assert next_board(link)


def test_the_agents_page_says_what_a_device_needs(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    kiosk.post("/devices/status", READY | {"printer": "paper_out"})
    assert "papier" in amina.look()
    kiosk.post("/devices/status", READY)
    assert "papier" not in amina.look()


def test_a_device_that_falls_silent_is_shown_after_a_minute(
    server: Server, kiosk: KioskDouble, display: DisplayDouble, amina: AgentBrowser
) -> None:
    kiosk.post("/devices/status", READY)
    display.post("/devices/status", READY)
    server.clock.forward(minutes=1)
    assert amina.look().count("machine-fault") == 0
    server.clock.forward(seconds=1)
    assert amina.look().count("machine-fault") == 2


def test_tickets_that_a_kiosk_could_not_deliver_are_told_to_the_staff(
    server: Server, kiosk: KioskDouble, amina: AgentBrowser
) -> None:
    kiosk.post("/devices/status", READY | {"undelivered": 2})
    assert "2 tickets ne sont pas arrivés ici" in amina.look()
    kiosk.post("/devices/status", READY)
    assert "pas arrivé" not in amina.look()
