"""The locks hold what they must: all that is asked for, and what builds, by version and hash."""

import re
import tomllib

import pytest

from .project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([\w,-]+)\])?")
LOCKED = re.compile(r"^([a-z0-9._-]+)==\S+", re.MULTILINE)


def asked(requirements: list[str]) -> set[str]:
    """Return the packages that requirements name, those of our own extras included."""
    names: set[str] = set()
    for requirement in requirements:
        found = NAME.match(requirement)
        assert found is not None
        name, extras = found.group(1).lower(), found.group(2) or ""
        if name == PROJECT["name"]:
            names |= asked([each for extra in extras.split(",") for each in EXTRAS[extra]])
        else:
            names.add(name)
    return names


@pytest.mark.parametrize(("lock", "extras"), [("run", ("all", "build")), ("test", ("all", "test"))])
def test_a_lock_holds_all_that_is_asked_for(lock: str, extras: tuple[str, ...]) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    wanted = asked([*PROJECT["dependencies"], *(each for extra in extras for each in EXTRAS[extra])])
    assert wanted - set(LOCKED.findall(text)) == set()


@pytest.mark.parametrize("lock", ["run", "test"])
def test_each_locked_version_has_a_hash(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, entry


def test_both_locks_agree() -> None:
    run, test = (
        set(
            re.findall(
                r"^[a-z0-9._-]+==\S+", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE
            )
        )
        for lock in ("run", "test")
    )
    assert run - test == set()
