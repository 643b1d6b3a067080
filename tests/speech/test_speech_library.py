"""What is said when nothing can be spoken."""

import pytest

from speech import library


def test_nothing_is_absent_on_a_complete_machine() -> None:
    assert library.absent_part() is None


def test_a_missing_package_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "find_spec", lambda _name: None)
    assert "installez porte-ouverte[speech]" in str(library.absent_part())


def test_a_missing_espeak_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "SYSTEM_LIBRARY", "libnowhere.so.1")
    monkeypatch.setattr(library, "find_spec", lambda name: name == "pyttsx3" or None)
    assert "installez le paquet espeak-ng" in str(library.absent_part())
