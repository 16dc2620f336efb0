"""What is said of a saved notebook without running it: its name, its cells, its answers, its saved outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from helpers.desk.command import main
from helpers.desk.look import look_at
from helpers.desk.report import Report
from helpers.desk.saved_notebook import CannotLookError, read_notebook
from tests.conftest import LESSONS, ROOT
from tests.helpers.desk.notebooks import LESSON, cell_of, solved, write

SAYS_RIGHT = {"output_type": "stream", "name": "stdout", "text": ["✓ mse: right.\n"]}


def looked_at(notebook: Any, folder: Path, name: str = LESSON) -> Report:
    return look_at(write(notebook, folder / f"{name}.ipynb"), run=False)


def kinds(report: Report) -> list[str]:
    return [finding.kind for finding in report.findings]


@pytest.mark.parametrize("lesson", LESSONS)
def test_of_a_released_lesson_nothing_is_attempted_and_nothing_is_to_mend(lesson: str) -> None:
    report = look_at(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", run=False)
    assert report.lesson == lesson
    assert {each.outcome for each in report.exercises} <= {"not attempted", "not answered"}
    assert report.findings == []
    assert not report.is_ready
    source = json.loads((ROOT / "notebooks" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    marks = [cell["metadata"]["nbgrader"] for cell in source["cells"] if "nbgrader" in cell["metadata"]]
    assert sum(each.points for each in report.exercises) == sum(each.get("points", 0) for each in marks)


def edit(notebook: dict[str, Any]) -> None:
    cell_of(notebook, "check_mae")["source"] = "exercises.mae.check(lambda *_: 0)"


def remove(notebook: dict[str, Any]) -> None:
    notebook["cells"].remove(cell_of(notebook, "check_mae"))


def duplicate(notebook: dict[str, Any]) -> None:
    notebook["cells"].append(deepcopy(cell_of(notebook, "check_mae")))


def duplicate_answer(notebook: dict[str, Any]) -> None:
    notebook["cells"].append(deepcopy(cell_of(notebook, "mae")))


def remove_answer(notebook: dict[str, Any]) -> None:
    notebook["cells"].remove(cell_of(notebook, "mae"))


def remove_question(notebook: dict[str, Any]) -> None:
    notebook["cells"].remove(cell_of(notebook, "why_square"))


def leave_line(notebook: dict[str, Any]) -> None:
    cell_of(notebook, "mae")["source"] = "def mae(a, b):\n    raise NotDoneYet\n    return 0"


def run_out_of_order(notebook: dict[str, Any]) -> None:
    cell_of(notebook, "mse")["execution_count"] = 9
    cell_of(notebook, "mae")["execution_count"] = 2


def check_first(notebook: dict[str, Any]) -> None:
    check = cell_of(notebook, "check_mae")
    notebook["cells"].remove(check)
    notebook["cells"].insert(2, check)


def turn_into_text(notebook: dict[str, Any]) -> None:
    cell_of(notebook, "mae")["cell_type"] = "markdown"


def age(notebook: dict[str, Any]) -> None:
    notebook["metadata"]["course"]["table"] = hashlib.sha256(b"older").hexdigest()


@pytest.mark.parametrize(
    ("spoil", "kind", "says"),
    [
        (edit, "edited check", "The check of mae (cell 17) was edited."),
        (remove, "missing check", "The check of mae is missing."),
        (duplicate, "duplicated check", "The check of mae appears more than once (cell 17 and cell "),
        (duplicate_answer, "duplicated answer", "The answer cell of mae appears more than once"),
        (remove_answer, "missing answer", "The answer cell of mae is missing."),
        (remove_question, "missing question", "The cell of the question why_square is missing."),
        (leave_line, "not done yet", "“raise NotDoneYet” is still in your answer to mae (cell 16)."),
        (run_out_of_order, "order", "Cells ran in a different order"),
        (check_first, "misplaced check", "The check of mae (cell 3) is above its answer (cell 17)."),
        (turn_into_text, "not code", "The answer cell of mae (cell 16) is not a code cell any more."),
        (age, "outdated", "from a different version of the course"),
    ],
)
def test_what_was_spoilt_is_named(
    spoil: Callable[[dict[str, Any]], None], kind: str, says: str, tmp_path: Path
) -> None:
    notebook = solved()
    assert kinds(looked_at(notebook, tmp_path)) == []
    spoil(notebook)
    report = looked_at(notebook, tmp_path)
    assert kinds(report) == [kind]
    assert says in report.findings[0].text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (f"{LESSON} (1)", f"Rename it to {LESSON}.ipynb"),
        ("01_neurons", f"the notebook of {LESSON}, but it has the name of 01_neurons"),
    ],
)
def test_another_name_is_to_mend(name: str, says: str, tmp_path: Path) -> None:
    report = looked_at(solved(), tmp_path, name)
    assert kinds(report) == ["renamed"]
    assert says in report.findings[0].text


def test_saved_outputs_count_where_nothing_is_run(tmp_path: Path) -> None:
    notebook = solved()
    cell_of(notebook, "check_mse")["outputs"] = [SAYS_RIGHT]
    not_yet = {"output_type": "error", "ename": "NotYet", "evalue": "✗ mae: not yet.", "traceback": []}
    cell_of(notebook, "check_mae")["outputs"] = [not_yet]
    report = looked_at(notebook, tmp_path)
    outcomes = {each.name: each.outcome for each in report.exercises}
    assert outcomes == {
        "mse": "right",
        "mae": "not yet",
        "hinge": "did not run",
        "cross_entropy": "did not run",
        "why_square": "answered",
    }


def test_answers_in_words_are_answered_once_they_hold_words(tmp_path: Path) -> None:
    for text, outcome in (("  ", "not answered"), ("Because.", "answered")):
        report = looked_at(solved(why_square=text), tmp_path)
        assert [each.outcome for each in report.exercises if each.by_hand] == [outcome]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("# a text", "is not a notebook, or it is damaged"),
        ("", "is not a notebook, or it is damaged"),
        ("[" * 100_000, "is not a notebook, or it is damaged"),
        ('{"a": 1}', "it has no cells"),
        ('{"worksheets": []}', "old Jupyter"),
        ('{"cells": []}', "has no cells"),
        ('{"cells": [1, null, {"source": 5, "outputs": "x", "metadata": []}]}', "no exercise of this course"),
    ],
)
def test_what_is_not_a_lesson_is_said_in_one_line(
    content: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{LESSON}.ipynb"
    path.write_text(content, encoding="utf-8")
    assert main(["check", str(path)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert says in printed.err
    assert main(["check", "--json", str(path)]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["ready"], says in told["problem"]) == (False, True)


def test_what_a_notebook_says_steers_no_terminal_and_breaks_no_json(tmp_path: Path) -> None:
    notebook = solved()
    cell_of(notebook, "why_square")["metadata"]["nbgrader"]["points"] = float("nan")
    error = {
        "output_type": "error",
        "ename": "NameError",
        "evalue": "\x1b]0;title\x07\x1b[2Jhello",
        "traceback": [],
    }
    cell_of(notebook, "check_mse")["outputs"] = [error]
    report = looked_at(notebook, tmp_path)
    assert "hello" in str(report)
    assert all(each.isprintable() or each == "\n" for each in str(report))
    json.dumps(report.as_data(), allow_nan=False)


def test_cells_that_have_lost_their_names_are_found_as_in_marking(tmp_path: Path) -> None:
    notebook = solved()
    for number, cell in enumerate(notebook["cells"]):
        cell.update(metadata={}, id=f"cell{number}")
    cell_of(notebook, "cell11")["outputs"] = [SAYS_RIGHT]
    assert notebook["cells"][11]["source"] == ["exercises.mse.check(mse)"]
    not_done = {"output_type": "error", "ename": "NotDoneYet", "evalue": "", "traceback": []}
    cell_of(notebook, "cell16")["outputs"] = [not_done]
    assert notebook["cells"][16]["source"] == ["exercises.mae.check(mae)"]
    report = looked_at(notebook, tmp_path)
    assert [each.outcome for each in report.exercises[:2]] == ["right", "not attempted"]
    assert not [each.text for each in report.findings if "of mse" in each.text or "of mae" in each.text]


def test_folders_and_missing_files_are_named(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path, "is not a file"),
        (tmp_path / "x.ipynb", "There is no file"),
        (tmp_path / f"{'x' * 300}.ipynb", "cannot be read: File name too long"),
    ):
        with pytest.raises(CannotLookError, match=says):
            read_notebook(path)


def test_seconds_that_are_no_number_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "x.ipynb", "--cell-seconds", "soon"])
    assert "soon is not a number of seconds" in capsys.readouterr().err


def test_a_checksum_is_the_one_that_nbgrader_notes() -> None:
    saved = read_notebook(ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb")
    noted = [cell.is_as_released for cell in saved.cells if cell.marks]
    assert len(noted) > 8
    assert all(noted)
