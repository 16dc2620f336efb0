"""A notebook that was renamed is found, also in a lesson of several; where there is doubt, nothing is taken."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import nbformat
import pytest

from grader.classroom.course import Course
from grader.classroom.file_names import renamed, shown
from grader.classroom.records import read_record
from suites.small_lessons import answer, check, notebook
from tests.course_here import run_course

RENAMED = [
    "02_loss (1).ipynb",
    "02_loss(1).ipynb",
    "02_loss-Copy1.ipynb",
    "02_loss copy 2.ipynb",
    "02_loss - Copy.ipynb",
    "02_loss – Kopie (2).ipynb",
    "Copy of 02_loss.ipynb",
    "02_LOSS.IPYNB",
    "02_Loss.ipynb",
    "02 loss.ipynb",
    "02-loss.ipynb",
    "02_loss_final_v2.ipynb",
    "Ada Lovelace_4711_assignsubmission_file_02_loss.ipynb",
    "02_loss.ipynb.txt",
    "02_loss.ipynb.json",
    "02_loss.ipynb (1).txt",
    "02_loss.ipynb.1",
    "02%5Floss.ipynb",
]


@pytest.mark.parametrize("file", RENAMED)
def test_what_browsers_copies_and_file_systems_make_of_a_name_is_known(file: str) -> None:
    assert renamed([file], ["02_loss"]) == {"02_loss": [file]}


@pytest.mark.parametrize(
    "file",
    ["02_loss.ipynb", "homework.ipynb", "02_lossless.ipynb", "102_loss.ipynb", "loss.ipynb", "02_loss.py", "02_loss.txt", ""],
)  # fmt: skip
def test_other_names_are_not(file: str) -> None:
    assert renamed([file], ["02_loss"]) == {"02_loss": []}


def test_accents_may_be_written_in_two_ways() -> None:
    name = "Übung"
    file = f"{unicodedata.normalize('NFD', name)}.ipynb"
    assert renamed([file], [name]) == {name: [file]}


def test_the_longest_name_is_meant() -> None:
    files = ["problem1 (1).ipynb", "problem1_extra (1).ipynb", "problem10.ipynb"]
    assert renamed(files, ["problem1", "problem1_extra"]) == {
        "problem1": ["problem1 (1).ipynb"],
        "problem1_extra": ["problem1_extra (1).ipynb"],
    }


def test_a_name_in_a_sentence_can_be_written_down() -> None:
    assert shown("a\nb\udcff.ipynb") == "a b?.ipynb"


PARTS = {"part_one": ("double", "2 * x"), "part_two": ("half", "x / 2")}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with one lesson of two notebooks."""
    folder = tmp_path / "source" / "numbers"
    folder.mkdir(parents=True)
    for name, (function, result) in PARTS.items():
        made = notebook(
            answer(function, f"def {function}(x):\n    return {result}"),
            check(f"check_{function}", f"assert {function}(4) in (8, 2)", points=2),
        )
        nbformat.write(made, folder / f"{name}.ipynb")
    return Course.at(tmp_path)


def hand_in(course: Course, student: str, files: dict[str, str]) -> None:
    """Hand in solved notebooks. files: by their names, which of the lesson's they are."""
    folder = course.submitted / student / "numbers"
    folder.mkdir(parents=True)
    for file, part in files.items():
        function, result = PARTS[part]
        made = notebook(
            answer(function, ""),
            check(f"check_{function}", f"assert {function}(4) in (8, 2)"),
        )
        made.cells[0].source = f"def {function}(x):\n    return {result}"
        (folder / file).write_text(json.dumps(made), encoding="utf-8")


def test_renamed_notebooks_of_a_lesson_with_several_are_told_apart(course: Course) -> None:
    hand_in(course, "ada", {"part_one (1).ipynb": "part_one", "PART_TWO.ipynb": "part_two"})
    hand_in(course, "bob", {"part_one (1).ipynb": "part_two", "part_two.ipynb": "part_two"})
    hand_in(course, "cem", {"part_one.ipynb": "part_one", "part_two-Copy1.ipynb": "part_two", "part_two-Copy2.ipynb": "part_two"})  # fmt: skip
    result = run_course("grade", "numbers", cwd=course.root)
    record = read_record(course, "numbers", "ada")
    assert record is not None
    assert record.score == 4
    assert record.findings == (
        "part_one (1).ipynb was taken as part_one.ipynb.",
        "PART_TWO.ipynb was taken as part_two.ipynb.",
    )
    assert "numbers: part_one (1).ipynb was taken as part_one.ipynb. (ada)" in result.stdout
    assert "part_one (1).ipynb is not part_one.ipynb but part_two.ipynb" in result.stderr
    assert "each of part_two-Copy1.ipynb and part_two-Copy2.ipynb may be it" in result.stderr
