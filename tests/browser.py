"""Chromium, for the tests that look at pages: the system's, or the one that CHROMIUM names."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "google-chrome")


def chromium() -> str:
    """Return the path of Chromium, or of Chrome; skip the test where there is none."""
    given = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [given] if given else NAMES)), None)
    if found is None:
        pytest.skip(f"{given or NAMES[0]} is missing: apt-get install chromium, or give a path in CHROMIUM=")
    return found


@contextmanager
def opened_browser(*flags: str) -> Iterator[Browser]:
    """Open Chromium without a window, and close it."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(flags))
        yield browser
        browser.close()
