"""With NO_SKIP=1, a test that is skipped has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import ROOT

IN_A_TEST = """
def test_it():
    pytest.skip("no browser")
"""
IN_A_FIXTURE = """
@pytest.fixture
def browser():
    pytest.skip("no browser")

def test_it(browser):
    pass
"""
OF_A_MODULE = """
pytest.importorskip("no_browser")
"""
BY_A_MARK = """
@pytest.mark.skipif(True, reason="no browser")
def test_it():
    pass
"""
EXPECTED_TO_FAIL = """
@pytest.mark.xfail
def test_it():
    raise RuntimeError
"""
SKIPPED = (IN_A_TEST, IN_A_FIXTURE, OF_A_MODULE, BY_A_MARK)


def run(folder: Path, text: str, no_skip: str | None) -> subprocess.CompletedProcess[str]:
    """Run a module of tests under the conftest of this folder."""
    (folder / "test_it.py").write_text(f"import pytest\n\n{text}\ndef test_beside():\n    pass\n")
    environment = {name: value for name, value in os.environ.items() if name != "NO_SKIP"}
    if no_skip is not None:
        environment["NO_SKIP"] = no_skip
    command = (sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.conftest", "-p")
    return subprocess.run(
        (*command, "no:cacheprovider", f"--rootdir={folder}", str(folder)),
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("text", SKIPPED)
def test_what_is_skipped_fails_where_nothing_may_be(tmp_path: Path, text: str) -> None:
    done = run(tmp_path, text, "1")
    assert done.returncode not in (0, 5), done.stdout
    assert "NO_SKIP is set" in done.stdout


@pytest.mark.parametrize("no_skip", [None, "", "0"])
def test_elsewhere_it_is_only_skipped(tmp_path: Path, no_skip: str | None) -> None:
    done = run(tmp_path, IN_A_TEST, no_skip)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout


def test_what_is_expected_to_fail_is_not_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, EXPECTED_TO_FAIL, "1").returncode == 0
