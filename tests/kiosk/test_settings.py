"""The kiosk's settings: a start that cannot work stops with one line that names the setting."""

from pathlib import Path

import pytest

from house.settings import SettingsError, read_settings
from kiosk.settings import KioskSettings

ENOUGH = {
    "SERVER_URL": "http://server:8000",
    "SITE": "bondy",
    "KIOSK_TOKEN": "a token",
    "KIOSK_DATA": "/var/lib/kiosk",
}


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> KioskSettings:
    for name, value in (ENOUGH | environment).items():
        monkeypatch.setenv(f"PORTE_OUVERTE_{name}", value)
    return read_settings(KioskSettings)


def test_four_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)
    assert (settings.kiosk_data, settings.printer) == (Path("/var/lib/kiosk"), "none")
    assert (settings.slip_picture, settings.slip_link, settings.slips_page) == (True, "", False)
    assert "a token" not in repr(settings)


@pytest.mark.parametrize(
    ("printer", "missing"),
    [
        ("usb", "PRINTER_USB_VENDOR"),
        ("network", "PRINTER_HOST"),
        ("serial", "PRINTER_DEVICE"),
        ("file", "PRINTER_FILE"),
    ],
)
def test_a_setting_that_the_printer_needs_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, printer: str, missing: str
) -> None:
    monkeypatch.setattr("os.environ", {"PORTE_OUVERTE_PRINTER": printer})
    with pytest.raises(SettingsError, match=f"PORTE_OUVERTE_{missing} manque") as refusal:
        read(monkeypatch)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVER_URL", "server:8000"),
        ("SITE", "Bondy !"),
        ("PRINTER", "dot-matrix"),
        ("PRINTER_PROFILE", "TM-UNHEARD-OF"),
        ("PRINTER_USB_VENDOR", "0x4b8"),
        ("SLIP_LINK", "javascript:alert(1)"),
        ("SLIP_LINK", "https://" + "x" * 60),
        ("KIOSK_PORT", "0"),
    ],
)
def test_an_unreadable_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PORTE_OUVERTE_{name} est illisible"):
        read(monkeypatch, **{name: value})


def test_every_setting_is_described() -> None:
    assert all(field.description for field in KioskSettings.model_fields.values())
