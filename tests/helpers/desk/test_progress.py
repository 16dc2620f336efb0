"""How far the course has been done: the file that keeps it, the picture, and what it says to go back to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.desk import kept_progress
from helpers.desk.kept_progress import FILE, keep, kept
from helpers.desk.progress import progress_of
from helpers.desk.progress_map import alt_text, draw_progress, in_words
from helpers.desk.results import Result
from tests.conftest import LESSONS
from tests.helpers.desk.notebooks import LESSON, released, solved, write


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder in which one lesson has right answers, and another is as it was released."""
    monkeypatch.setattr(kept_progress, "COURSE", tmp_path)
    write(solved(), tmp_path / "notebooks" / LESSON / f"{LESSON}.ipynb")
    write(released("00_welcome"), tmp_path / "notebooks" / "00_welcome" / "00_welcome.ipynb")
    return tmp_path


def notebook(course: Path) -> Path:
    return course / "notebooks" / LESSON / f"{LESSON}.ipynb"


def outcomes(course: Path, lesson: str = LESSON) -> dict[str, str]:
    found = next(each for each in progress_of(course) if each.lesson == lesson)
    return {each.name: each.outcome for each in found.exercises}


def test_two_notebooks_keep_what_their_checks_say_at_the_same_time(course: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from helpers.desk import kept_progress as kept\n"
        "from helpers.desk.results import Result; kept.COURSE = Path(sys.argv[1])\n"
        "for number in range(50):\n"
        "    kept.keep(kept.COURSE / 'notebooks/x.ipynb', sys.argv[2], Result(f'e{number}', 'right'))"
    )
    notebooks = [subprocess.Popen([sys.executable, "-c", program, course, lesson]) for lesson in ("a", "b")]
    assert [each.wait() for each in notebooks] == [0, 0]
    assert {lesson: len(results) for lesson, results in kept(course / FILE).items()} == {"a": 50, "b": 50}
    assert {path.name for path in course.iterdir()} == {"notebooks", FILE}


def test_what_checks_say_is_kept_and_drawn(course: Path) -> None:
    keep(notebook(course), LESSON, Result("mse", "right"))
    keep(notebook(course), LESSON, Result("mae", "not yet", slip="sum instead of mean", message="long"))
    assert outcomes(course) == {
        "mse": "right",
        "mae": "not yet",
        "why_square": "answered",
        "hinge": "did not run",
        "cross_entropy": "did not run",
    }
    assert outcomes(course, "00_welcome") == {"greeting": "not attempted"}
    progress = progress_of(course)
    assert [each.lesson for each in progress] == LESSONS
    words = in_words(progress)
    assert (
        "- mae in 02_loss_function, section “The size of the error, as it is”: sum instead of mean" in words
    )
    assert "Run the checks of hinge, cross_entropy in 02_loss_function." in words
    assert "Next: greeting in 00_welcome, section “Your first exercise”." in words
    figure = draw_progress(progress)
    assert figure.get_label() == alt_text(progress)
    assert "02_loss_function: 2 of 5." in alt_text(progress)


def test_the_file_is_small_readable_and_has_a_time(course: Path) -> None:
    keep(notebook(course), LESSON, Result("mae", "not yet", slip="sum instead of mean", message="x" * 1000))
    text = (course / FILE).read_text(encoding="utf-8")
    assert "Delete it whenever you like" in text
    assert len(text) < 500
    when = json.loads(text)["lessons"][LESSON]["mae"].pop("when")
    assert len(when) == len("2026-01-01 10:00")
    assert [path.name for path in course.iterdir() if path.is_file()] == [FILE]


@pytest.mark.parametrize(
    "damage", ["", "[", "[]", '{"lessons": 1}', '{"lessons": {"a": {"b": 3}}}', "[" * 100_000]
)
def test_a_damaged_file_counts_as_none_and_is_written_anew(damage: str, course: Path) -> None:
    (course / FILE).write_text(damage, encoding="utf-8")
    assert kept(course / FILE) == {}
    keep(notebook(course), LESSON, Result("mse", "right"))
    assert kept(course / FILE)[LESSON]["mse"].outcome == "right"


def test_outcomes_that_nobody_wrote_are_ignored(course: Path) -> None:
    content = {
        "lessons": {LESSON: {"mse": {"outcome": "perfect"}, "mae": {"outcome": "right", "marks": "9"}}}
    }
    (course / FILE).write_text(json.dumps(content), encoding="utf-8")
    assert outcomes(course)["mse"] == "did not run"
    assert outcomes(course)["mae"] == "right"


def test_where_nothing_can_be_written_nothing_is_kept(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    keep(notebook(course), LESSON, Result("mse", "right"))
    assert not (course / FILE).exists()


def test_a_lock_that_a_kernel_left_behind_is_broken(course: Path) -> None:
    lock = course / f".{FILE}.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    keep(notebook(course), LESSON, Result("mse", "right"))
    assert outcomes(course)["mse"] == "right"
    assert not lock.exists()


def test_a_notebook_elsewhere_keeps_nothing(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    keep(tmp_path_factory.mktemp("Downloads") / f"{LESSON}.ipynb", LESSON, Result("mse", "right"))
    assert not (course / FILE).exists()
