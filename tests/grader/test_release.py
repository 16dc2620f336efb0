"""The students' notebooks: made from the instructor's, complete, and without anything that gives marks away."""

from __future__ import annotations

import errno
import filecmp
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from grader.classroom.course import Course
from grader.commands import app
from tests import conftest
from tests.conftest import LESSONS, ROOT
from tests.course_here import run_course
from tests.grader.conftest import lesson_of

SECRET_BLOCK = re.compile(
    r"### BEGIN (?:SOLUTION|HIDDEN TESTS)(.*?)### END (?:SOLUTION|HIDDEN TESTS)", re.DOTALL
)
SECRETS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS")

# Once nbgrader has written a lesson's notebooks.
STOPS_ITSELF = """
import signal
# As a Ctrl-C does, also where the tests were started by what ignores it.
c.GenerateAssignment.post_convert_hook = lambda **_: signal.default_int_handler(signal.SIGINT, None)
"""

FINDS_THE_DISK_FULL = """
import errno, os
from nbconvert.writers import FilesWriter
def find_the_disk_full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FilesWriter.write = find_the_disk_full
"""


def secret_lines(notebook: Path) -> list[str]:
    """The lines of solutions and hidden tests that stand nowhere else in an instructor's notebook."""
    hidden, shown = [], ""
    for cell in nbformat.read(notebook, as_version=4).cells:
        outside = SECRET_BLOCK.sub("", cell.source)
        hidden += [line.strip() for block in SECRET_BLOCK.findall(cell.source) for line in block.splitlines()]
        shown += outside
    # Short lines and imports may well be shown too, quoted in other words.
    return [
        line
        for line in hidden
        if len(line) > 20 and not line.startswith(("from ", "#")) and line not in shown
    ]


@pytest.fixture(scope="module")
def released_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's lessons, released once more from what is in source/."""
    folder = tmp_path_factory.mktemp("again")
    shutil.copytree(ROOT / "source", folder / "source")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    result = conftest.run_course("release", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder / "notebooks"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_students_get_is_what_a_release_makes_now(lesson: str, released_again: Path) -> None:
    name = f"{lesson}.ipynb"
    assert filecmp.cmp(ROOT / "notebooks" / lesson / name, released_again / lesson / name, shallow=False), (
        "stale: run make notebooks"
    )


def test_nothing_but_notebooks_is_released() -> None:
    released = {
        path.relative_to(ROOT / "notebooks") for path in (ROOT / "notebooks").rglob("*") if path.is_file()
    }
    released = {path for path in released if ".ipynb_checkpoints" not in path.parts}
    pages = {Path(f"{page.stem}.ipynb") for page in (ROOT / "source").glob("*.md")}
    assert released == {Path(lesson) / f"{lesson}.ipynb" for lesson in LESSONS} | pages


def test_the_pages_are_what_a_release_makes_now(released_again: Path) -> None:
    pages = sorted((ROOT / "source").glob("*.md"))
    assert pages
    for page in pages:
        name = f"{page.stem}.ipynb"
        assert filecmp.cmp(ROOT / "notebooks" / name, released_again / name, shallow=False), name


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_released_notebook_has_no_solution_no_hidden_test_no_output(lesson: str) -> None:
    path = ROOT / "notebooks" / lesson / f"{lesson}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    for line in secret_lines(ROOT / "source" / lesson / path.name):
        assert line not in text
    released = nbformat.read(path, as_version=4)
    assert "widgets" not in released.metadata
    for cell in released.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
    assert path.stat().st_size < 100_000


def test_releasing_twice_gives_the_same_bytes_and_carries_no_text_along(released_course: Path) -> None:
    notebook = released_course / "notebooks" / "01_small" / "01_small.ipynb"
    before = notebook.read_bytes()
    assert conftest.run_course("release", cwd=released_course).returncode == 0
    assert notebook.read_bytes() == before
    assert [path.name for path in notebook.parent.iterdir()] == ["01_small.ipynb"]


def test_a_release_that_fails_leaves_what_was_released_and_names_the_gradebook(released_course: Path) -> None:
    released = released_course / "notebooks"
    before = {path: path.read_bytes() for path in released.rglob("*.ipynb")}
    (released_course / "gradebook.db").write_bytes(b"no gradebook" * 100)
    result = run_course("release", cwd=released_course)
    assert result.returncode == 1
    assert result.stderr == (
        f"Releasing 01_small failed: the gradebook sqlite:///{released_course}/gradebook.db cannot be used: "
        "(sqlite3.DatabaseError) file is not a database\n"
    )
    assert {path: path.read_bytes() for path in released.rglob("*") if path.is_file()} == before


def test_a_terminal_that_knows_few_characters_gets_question_marks(
    released_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = conftest.run_course("release", cwd=released_course)
    assert result.returncode == 0
    assert result.stdout.startswith("Releasing ?")


def test_what_the_system_refuses_unforeseen_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "/media/pages")

    monkeypatch.setattr(app, "app", refused)
    with pytest.raises(SystemExit, match="1"):
        app.run_command()
    assert capsys.readouterr().err == (
        "/media/pages: Read-only file system. Fix that, then run the command again.\n"
    )


def test_a_release_that_is_stopped_leaves_what_was_released(released_course: Path) -> None:
    released = released_course / "notebooks"
    before = {path: path.read_bytes() for path in released.rglob("*.ipynb")}
    with (released_course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(STOPS_ITSELF)
    result = conftest.run_course("release", cwd=released_course)
    assert result.returncode == 130
    assert result.stderr == "Stopped. What was finished before is kept.\n"
    assert {path: path.read_bytes() for path in released.rglob("*") if path.is_file()} == before


def test_a_release_that_finds_the_disk_full_says_so_and_leaves_what_was_released(
    released_course: Path,
) -> None:
    released = released_course / "notebooks"
    before = {path: path.read_bytes() for path in released.rglob("*.ipynb")}
    with (released_course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(FINDS_THE_DISK_FULL)
    result = conftest.run_course("release", cwd=released_course)
    assert result.returncode == 1
    assert result.stderr == (
        f"{released} cannot be written: No space left on device. Fix that, then run the command again.\n"
    )
    assert {path: path.read_bytes() for path in released.rglob("*") if path.is_file()} == before


def test_the_stub_says_that_it_is_not_done(released_course: Path) -> None:
    notebook = nbformat.read(released_course / "notebooks" / "01_small" / "01_small.ipynb", as_version=4)
    stub = next(cell.source for cell in notebook.cells if cell.id == "double")
    assert "raise NotDoneYet" in stub
    assert "2 * x" not in stub


def test_a_lesson_that_changed_since_it_was_built_is_not_released(released_course: Path) -> None:
    text = lesson_of(released_course).text_path
    text.write_text(text.read_text(encoding="utf-8").replace("2 + 3", "2 + 4"), encoding="utf-8")
    result = run_course("release", "01_small", cwd=released_course)
    assert result.returncode == 1
    assert "course build 01_small" in result.stderr


@pytest.mark.parametrize(
    ("command", "in_the_way"),
    [("build", "source/01_small/.01_small.ipynb.partial"), ("release", "notebooks")],
)
def test_a_notebook_that_cannot_be_written_is_one_line(
    command: str, in_the_way: str, small_course: Path
) -> None:
    if command == "release":
        assert run_course("build", cwd=small_course).returncode == 0
        (small_course / in_the_way).touch()
    else:
        (small_course / in_the_way).mkdir()
    result = run_course(command, cwd=small_course)
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "cannot be written: " in line


def test_a_lesson_that_was_never_built_is_not_released(small_course: Path) -> None:
    result = run_course("release", cwd=small_course)
    assert result.returncode == 1
    assert "course build 01_small" in result.stderr


def test_nothing_is_said_of_an_exchange_directory(
    small_course: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):  # nbgrader's log is one for all of its interfaces
        assert Course.at(small_course).api.exchange_missing
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""
