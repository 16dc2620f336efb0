"""A course of others may ship no solutions: nothing has shown how the judge runs its checks, and all is graded."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import grade_class
from grader.authoring.release import release
from grader.classroom.course import CONFIG_NAME, Course
from suites.small_lessons import answer, check, code, notebook
from tests.conftest import ROOT

CHECKS = {
    "stack": "s = Stack()\ns.push(1)\nwith s as top:\n    assert top == 1\nassert len(s + s) == 2",
    "sort": "numbers = [3, 1, 2]\nassert sort(numbers) is None\nassert numbers == [1, 2, 3]",
    "double": "assert double(2) == 4",
}
RIGHT = {
    "stack": """class Stack(list):
    def push(self, item):
        self.append(item)

    def __enter__(self):
        return self[-1]

    def __exit__(self, *error):
        return False""",
    "sort": "def sort(numbers):\n    numbers.sort()",
    "double": "def double(x):\n    return 2 * x",
}
WRONG = {
    "stack": RIGHT["stack"].replace("append(item)", "append(-item)"),
    "sort": "def sort(numbers):\n    sorted(numbers)",
    "double": "def double(x):\n    return x ** 3",
}
FORGED = (
    "import builtins\ndef double(x):\n    return 0\nget_ipython().run_cell = print\nAssertionError = KeyError"
)


def test_right_answers_get_their_marks_wrong_ones_get_none_and_the_report_says_where_checks_ran(
    tmp_path: Path,
) -> None:
    stubs = {name: f"# {name}: your answer" for name in CHECKS}
    course = Course.at(_course(tmp_path / "course", stubs))
    for student, answers in {"ada": RIGHT, "bob": WRONG, "eve": {**WRONG, "double": FORGED}}.items():
        _hand_in(course, student, answers)
    records = {record.student: record for record in grade_class(course.root).records}
    assert {student: record.score for student, record in records.items()} == {"ada": 6, "bob": 0, "eve": 0}
    told = " ".join(records["ada"].findings)
    assert "no solution shows whether the judge can run it" in told
    assert "check_double" not in told


def _course(folder: Path, solutions: dict[str, str]) -> Path:
    path = folder / "source" / "01_others" / "01_others.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(_lesson(solutions), path)
    shutil.copy(ROOT / CONFIG_NAME, folder / CONFIG_NAME)
    release(Course.at(folder), "01_others")
    return folder


def _lesson(solutions: dict[str, str]) -> NotebookNode:
    cells = [code("import math")]
    for name, test in CHECKS.items():
        marked = answer(name, solutions[name])
        marked.source = solutions[name]
        cells += [marked, check(f"check_{name}", test)]
    return notebook(*cells)


def _hand_in(course: Course, student: str, answers: dict[str, str]) -> None:
    path = course.submitted / student / "01_others" / "01_others.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(_lesson(answers), path)
