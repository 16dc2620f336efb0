"""When checks of a lesson change, `course grade` runs no more than these need, and says what it ran."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.classroom.course import Course
from suites.small_lessons import answer, as_bytes, check, code, handed_in, notebook, spec_of
from tests.course_here import run_course

STUDENTS = {
    "ada": "def double(x):\n    return 2 * x",
    "bo": "def double(x):\n    return x + 2",
    "cy": "def double(x):\n    raise ValueError(x)",
    # It ends its process: nothing can be told of another run.
    "di": "import os\nos._exit(1)",
}
CELLS = (
    code("import numpy as np"),
    answer("double", STUDENTS["ada"]),
    check("check_double", "assert double(2) == 4", hidden="assert double(731) == 1462"),
    answer("three", "three = 3"),
    check("check_three", "assert three == 3"),
)
TIMES = ("key", "seconds", "cell_seconds", "remembered_seconds", "graded_at")
Change = Callable[[str], str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tmp_path_factory.mktemp("graded") / "course"
    write(course / "source" / "lesson" / "lesson.ipynb", as_bytes(notebook(*CELLS)))
    for student, double in STUDENTS.items():
        submission = handed_in(spec_of(*CELLS), double=double, three="three = 3\nprint('three')")
        write(course / "submitted" / student / "lesson" / "lesson.ipynb", as_bytes(submission))
    result = run_course("grade", cwd=course)
    assert result.returncode == 0, result.stderr
    assert "changed since the last" not in result.stdout
    return course


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def changed(graded: Path, place: Path, change: Change, name: str = "check_double", points: int = 2) -> Path:
    """A copy of a graded course, with another text in a check."""
    course = Path(shutil.copytree(graded, place))
    path = course / "source" / "lesson" / "lesson.ipynb"
    lesson = nbformat.read(path, as_version=4)
    for cell in lesson.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            cell.source = change(cell.source)
            cell.metadata.nbgrader.points = points
    nbformat.write(lesson, path)
    return course


def kept(course: Path) -> dict[str, Any]:
    """Marks, records, what students may see, and graded notebooks, without times."""
    found: dict[str, Any] = {}
    with Course.at(course).api.gradebook as gradebook:
        for each in gradebook.assignment_submissions("lesson"):
            found[f"marks of {each.student_id}"] = each.score, each.max_score
    for path in sorted(course.glob("reports/lesson/*.json")):
        record = json.loads(path.read_text())
        for cell in record["cells"]:
            del cell["seconds"]
        found[path.name] = {name: each for name, each in record.items() if name not in TIMES}
    for path in sorted(course.glob("reports/lesson/.visible/*.json")):
        visible = json.loads(path.read_text())["notebooks"]["lesson"]
        for cell in visible["cells"]:
            del cell["seconds"]
        found[f"visible {path.name}"] = visible
    for path in sorted(course.glob("autograded/*/lesson/lesson.ipynb")):
        found[path.parent.parent.name] = nbformat.read(path, as_version=4)
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda source: source.replace("== 4", "== 4, 'it should be four'"),
            "3 notebooks were judged again from what the answers gave before; 1 notebook was run as a whole, because",
        ),
        (
            lambda source: source.replace("(2) == 4", "(3) == 6"),
            "4 notebooks were run as a whole, because their earlier runs",
        ),
    ],
)
def test_a_changed_check_gives_what_a_whole_run_gives(
    change: Change, said: str, graded: Path, tmp_path: Path
) -> None:
    again = changed(graded, tmp_path / "again", change, points=5)
    result = run_course("grade", cwd=again)
    assert result.returncode == 0, result.stderr
    assert f"lesson: changed since the last grading: check_double. {said}" in " ".join(result.stdout.split())
    whole = changed(graded, tmp_path / "whole", change, points=5)
    forced = run_course("grade", "--force", cwd=whole)
    assert "changed since the last" not in forced.stdout
    assert kept(again) == kept(whole)
    # Then nothing has changed any more.
    assert "4 unchanged" in run_course("grade", cwd=again).stdout


@pytest.mark.parametrize("content", [b"", b"\x80", b"\x93\xa1a\xa1b\x80", None])
def test_runs_that_were_lost_or_damaged_are_made_again(
    content: bytes | None, graded: Path, tmp_path: Path
) -> None:
    course = changed(graded, tmp_path / "course", lambda source: source + "\n# changed")
    for path in (course / "reports" / "lesson" / ".runs").iterdir():
        path.write_bytes(path.read_bytes()[:-50] if content is None else content)
    result = run_course("grade", cwd=course)
    assert result.returncode == 0, result.stderr
    assert "changed since the last" not in result.stdout
    assert json.loads((course / "reports" / "lesson" / "ada.json").read_text())["score"] == 4


def test_other_changes_than_of_checks_need_a_whole_run(graded: Path, tmp_path: Path) -> None:
    course = changed(graded, tmp_path / "course", lambda source: source + "\n# changed")
    path = course / "source" / "lesson" / "lesson.ipynb"
    path.write_text(path.read_text().replace("import numpy as np", "import numpy as np\\ntwo = 2"))
    submission = course / "submitted" / "ada" / "lesson" / "lesson.ipynb"
    submission.write_text(submission.read_text().replace("2 * x", "2 * x + 0"))
    assert "changed since the last" not in run_course("grade", cwd=course).stdout
    # A notebook that somebody has changed by hand since it was graded tells nothing.
    edited = changed(graded, tmp_path / "edited", lambda source: source + "\n# changed")
    path = edited / "autograded" / "ada" / "lesson" / "lesson.ipynb"
    path.write_text(path.read_text().replace("three", "drei"))
    said = " ".join(run_course("grade", cwd=edited).stdout.split())
    assert "2 notebooks were judged again from what the answers gave before; 1 notebook was run" in said


@pytest.mark.parametrize(
    ("set_up", "above", "below"),
    [
        ("cases = [2]", "cases.append(3)\nassert double(2) == 4", "assert three == cases[-1]"),
        ("import numpy as np\nk = 4\nnp.savetxt('k', [3])", "assert double(2) == k", "assert three == np.loadtxt('k')"),
    ],
)  # fmt: skip
def test_a_solution_is_not_accused_for_what_a_check_above_has_left(
    set_up: str, above: str, below: str, tmp_path: Path
) -> None:
    class_ = tmp_path / "course"
    for text in (below, f"{below}, 'changed'"):
        cells = (code(set_up, id="set-up"), CELLS[1], check("above", above), CELLS[3], check("below", text))
        (class_ / "source" / "lesson").mkdir(parents=True, exist_ok=True)
        (class_ / "source" / "lesson" / "lesson.ipynb").write_bytes(as_bytes(notebook(*cells)))
        if not (class_ / "submitted").exists():
            lies = "class Lies:\n    def __eq__(self, other):\n        return True\nthree = Lies()"
            submission = handed_in(spec_of(*cells), double=STUDENTS["ada"], three=lies)
            write(class_ / "submitted" / "eve" / "lesson" / "lesson.ipynb", as_bytes(submission))
        result = run_course("grade", cwd=class_)
        assert result.returncode == 0, result.stderr
        assert "own processes" not in result.stdout
        assert json.loads((class_ / "reports" / "lesson" / "eve.json").read_text())["score"] == 2
