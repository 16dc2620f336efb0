"""`course new` writes a lesson that builds, releases and grades, and that a second exercise can be added to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from grader.classroom.course import Course
from grader.classroom.records import read_record
from tests.conftest import ROOT
from tests.course_here import run_course
from tests.grader.authoring.trial_course import EXERCISE, TEXT, Trial


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path / "course")


def test_a_new_lesson_builds_is_tried_releases_and_grades_and_so_does_an_exercise_added_by_the_guide(
    trial: Trial,
) -> None:
    shutil.rmtree(trial.lesson)
    lesson = trial.folder / "source" / "09_averages"
    assert trial.run("new", "09_averages").returncode == 0
    # What the guide says goes at the end of these two files, and nothing else is edited.
    for name, addition in ("09_averages.py", TEXT), ("exercises.py", EXERCISE):
        path = lesson / name
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{addition}", encoding="utf-8")
    for command in "build", "try", "release":
        result = trial.run(command, "09_averages")
        assert result.returncode == 0, result.stdout + result.stderr
    answers = {
        "amina": ("return values.mean()", "return np.sqrt(np.mean(values**2))"),
        "bjorn": ("return np.median(values)", "return np.mean(values**2)"),
    }
    for student, (average, rms) in answers.items():
        notebook = nbformat.read(
            trial.folder / "notebooks" / "09_averages" / "09_averages.ipynb", as_version=4
        )
        for cell in notebook.cells:
            if cell.id in ("average", "rms"):
                cell.source = f"def {cell.id}(values):\n    {average if cell.id == 'average' else rms}"
        folder = trial.folder / "submitted" / student / "09_averages"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "09_averages.ipynb")
    result = trial.run("grade", "09_averages")
    assert result.returncode == 0, result.stdout + result.stderr
    course = Course.at(trial.folder)
    records = {student: read_record(course, "09_averages", student) for student in answers}
    marks = {
        student: {cell.name: (cell.points, list(cell.slips)) for cell in record.cells}
        for student, record in records.items()
        if record is not None
    }
    assert marks == {
        "amina": {"check_average": (2, []), "check_rms": (3, [])},
        "bjorn": {"check_average": (0, ["median"]), "check_rms": (0, ["root forgotten"])},
    }


def test_its_release_holds_no_solution_and_its_answers_stay_with_the_instructor(trial: Trial) -> None:
    for command in ("new", "09_averages"), ("build", "09_averages"), ("release", "09_averages"):
        assert trial.run(*command).returncode == 0
    released = trial.folder / "notebooks" / "09_averages"
    assert [path.name for path in released.iterdir()] == ["09_averages.ipynb"]
    assert "len(values)" not in json.dumps(nbformat.read(released / "09_averages.ipynb", as_version=4))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("averages", "It needs two digits and words in small letters"),
        ("09_", "It needs two digits"),
        ("09_Averages", "It needs two digits"),
        ("09_import", "import is a word of Python's own"),
        ("09_../averages", "It needs two digits"),
        ("01_trial", "already exists. Choose another name; delete it only if no lesson needs it."),
        ("09_neurons", "already exists. Choose another name; delete it only if no lesson needs it."),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(
    trial: Trial, name: str, problem: str
) -> None:
    before = sorted(trial.folder.rglob("*"))
    result = trial.run("new", name)
    assert result.returncode == 1
    assert problem in result.stderr
    assert sorted(trial.folder.rglob("*")) == before


def test_a_course_without_helpers_is_told_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    trial = Trial(tmp_path / "other")
    trial.folder = tmp_path
    result = trial.run("new", "09_averages")
    assert result.returncode == 1
    assert "has no folder helpers/lessons" in result.stderr
    assert not (tmp_path / "source" / "09_averages").exists()


def test_a_copy_of_the_course_that_is_not_the_installed_one_is_told(trial: Trial) -> None:
    assert trial.run("new", "09_averages").returncode == 0
    # With the helpers of this environment.
    result = run_course("build", "09_averages", cwd=trial.folder)
    assert result.returncode == 1
    assert result.stderr == (
        f"{trial.folder}/source/09_averages: what is installed here is another copy of the course, in {ROOT}. "
        f"Build with the environment of this copy: run make setup in {trial.folder}.\n"
    )
