"""What is installed is what was tested: the wheel carries its pages, pictures, words and migrations."""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.journeys.house import free_ports
from tests.journeys.launched import Launched

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel; its dependencies are those of this environment.

    A line of a ``.pth`` file adds their folder without reading the ``.pth`` files in it, so the checkout,
    which is installed there as editable, stays out of sight.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    own = subprocess.run(
        (python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"),
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    with ZipFile(wheel) as packed:
        packed.extractall(own)
    (Path(own) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[Launched]:
    """The demonstration, started from the wheel, in a folder that is not the checkout."""
    launched = Launched((str(installed), "-m", "porte_ouverte", "demo"), tmp_path, free_ports()["server"])
    yield launched
    launched.interrupt()


def test_the_code_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    where = "import porte_ouverte, kiosk.app; print(porte_ouverte.__file__); print(kiosk.app.__file__)"
    said = subprocess.run(
        (installed, "-c", where), cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.split()
    assert all(Path(path).is_relative_to(installed.parent.parent) for path in said)


def test_a_visit_begins_from_the_wheel(demo: Launched) -> None:
    demo.wait_until_it_says("Ctrl-C")
    kiosk = f"http://127.0.0.1:{demo.port + 1}"
    assert "Touchez l’écran." in httpx.get(kiosk).text
    assert '<p class="digits">1</p>' in httpx.post(f"{kiosk}/tap").text
    for rank, path in enumerate(("/sign-in", "/slips", "/", "/")):
        page = httpx.get(f"http://127.0.0.1:{demo.port + rank}{path}")
        assert page.status_code == 200
        assert _all_assets_are_there(page)


def _all_assets_are_there(page: httpx.Response) -> bool:
    paths = [part.split('"')[0] for part in page.text.split('="') if part.startswith("/static/")]
    answers = [httpx.get(page.url.join(path)) for path in paths]
    return bool(answers) and all(answer.status_code == 200 for answer in answers)
