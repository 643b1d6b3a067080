"""What make says on a machine that lacks something: one line to type, and nothing is taken for granted."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.programs import ROOT

TOOLS = ("bash", "env", "grep", "sed", "touch", "make", "sleep")
PYTHON_WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1;; esac'
ALL_BUT_CHROMIUM = '[ "$4" = chromium ] || echo "install ok installed"'
NO_LISTS = '[ "$2" = bash ] && echo "Candidate: 1.0" || echo "Candidate: (none)"'
UBUNTU = '[ "$2" = bash ] && echo "Candidate: 1.0 http://archive" || echo "Candidate: (none)"'


class Machine:
    """A machine with these programs only; each is a few words of shell."""

    def __init__(self, folder: Path, user: int = 1000, **programs: str) -> None:
        self.folder = folder
        self._path = folder / "bin"
        self._path.mkdir()
        for tool in TOOLS:
            (self._path / tool).symlink_to(str(shutil.which(tool)))
        debian = {"dpkg_query": "exit 1", "apt_cache": 'echo "Candidate: 1.0"', "apt_get": "exit 0"}
        for name, script in {**debian, "id": f"echo {user}", "python3": "", **programs}.items():
            self._add(self._path / name.replace("_", "-"), script)
        (folder / "deploy").mkdir()
        for path in ("Makefile", "deploy/system_packages"):
            shutil.copy(ROOT / path, folder / path)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command with nothing else in its environment."""
        return subprocess.run(
            command,
            cwd=self.folder, env={"PATH": str(self._path), "LC_ALL": "C.UTF-8", **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def ready_for_tests(self) -> None:
        """Have the environment that the packages are asked for after."""
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        self._add(self.folder / ".venv" / "bin" / "python", "")

    @property
    def has_noted_its_packages(self) -> bool:
        """Whether make holds the packages for installed."""
        return (self.folder / ".venv" / ".system").exists()

    @staticmethod
    def _add(path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def packages(machine: Machine, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask for the packages of the tests."""
    return machine.run("deploy/system_packages", "chromium", "espeak-ng", **environment)


def test_an_ordinary_user_is_given_the_line_to_type(tmp_path: Path) -> None:
    done = packages(Machine(tmp_path))
    assert done.returncode != 0
    assert (
        done.stderr
        == "porte-ouverte : il manque des paquets. Tapez : sudo apt-get install chromium espeak-ng\n"
    )


def test_where_the_lists_were_never_fetched_the_line_is_the_same(tmp_path: Path) -> None:
    assert "sudo apt-get install chromium espeak-ng" in packages(Machine(tmp_path, apt_cache=NO_LISTS)).stderr


def test_root_installs_them(tmp_path: Path) -> None:
    machine = Machine(tmp_path, user=0, apt_get='echo "$*" >> asked')
    done = packages(machine)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "asked").read_text().endswith("--no-install-recommends chromium espeak-ng\n")


@pytest.mark.parametrize("user", [0, 1000])
def test_where_chromium_is_no_package_one_line_names_the_variable(tmp_path: Path, user: int) -> None:
    machine = Machine(tmp_path, user, apt_cache=UBUNTU, apt_get='case "$*" in *chromium*) exit 100;; esac')
    done = packages(machine)
    assert done.returncode != 0
    assert "CHROMIUM=" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) == (1 if user == 0 else 2)


def test_a_chrome_that_is_named_or_there_will_do(tmp_path: Path) -> None:
    machine = Machine(tmp_path, apt_cache=UBUNTU, dpkg_query=ALL_BUT_CHROMIUM)
    assert packages(machine).returncode != 0
    assert packages(machine, CHROMIUM=str(tmp_path / "bin" / "python3")).returncode == 0
    (tmp_path / "bin" / "google-chrome").symlink_to(tmp_path / "bin" / "python3")
    assert packages(machine).returncode == 0


def test_a_named_chromium_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = packages(Machine(tmp_path), CHROMIUM="/nowhere/chrome")
    assert done.returncode != 0
    assert done.stderr == "porte-ouverte : CHROMIUM=/nowhere/chrome n’est pas un programme.\n"


def test_packages_that_are_missing_are_not_noted_as_installed(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.ready_for_tests()
    assert machine.run("make", ".venv/.system").returncode == 0
    assert not machine.has_noted_its_packages
    assert machine.run("make", ".venv/.system", NO_SKIP="0").returncode == 0
    assert machine.run("make", ".venv/.system", NO_SKIP="1").returncode != 0
    assert not machine.has_noted_its_packages


def test_packages_that_are_there_are_noted(tmp_path: Path) -> None:
    machine = Machine(tmp_path, dpkg_query="echo install ok installed")
    machine.ready_for_tests()
    assert machine.run("make", ".venv/.system").returncode == 0
    assert machine.has_noted_its_packages


def test_without_venv_an_ordinary_user_is_given_the_line_and_make_stops(tmp_path: Path) -> None:
    done = Machine(tmp_path, python3=PYTHON_WITHOUT_VENV).run("make", ".venv/bin/python")
    assert done.returncode != 0
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert said == ["porte-ouverte : il manque des paquets. Tapez : sudo apt-get install python3-venv"]


def test_every_command_that_make_declares_has_its_rule() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    (declared,) = [line.split()[1:] for line in lines if line.startswith(".PHONY")]
    assert not [name for name in declared if not any(line.startswith(f"{name}:") for line in lines)]
