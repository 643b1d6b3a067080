"""The rules look at the same files with git and without: an archive of the sources is held to them too."""

from . import project


def test_the_project_is_found() -> None:
    assert {"pyproject.toml", "contract/messages.py", "tests/house_rules/project.py"} <= set(project.files())


def test_walking_finds_every_file_that_git_knows() -> None:
    known = {path for path in project.found_by_git() if (project.ROOT / path).is_file()}
    assert known <= set(project.found_by_walking())


def test_walking_leaves_out_what_tools_make() -> None:
    folders = {part for path in project.found_by_walking() for part in path.split("/")[:-1]}
    assert not folders & {".git", ".venv", "__pycache__", "dist", "demo-data"}


def test_vendored_files_are_left_to_their_authors() -> None:
    assert not [path for path, _ in project.sources("*.js") if path.startswith("static/vendor/")]
