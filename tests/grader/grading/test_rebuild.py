"""What runs is the lesson, with a submission's answers and added cells, whatever else was changed in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode

from grader.grading.rebuild import Rebuilt, rebuild
from grader.grading.submitted_notebook import UnreadableError, read_submission
from suites.small_lessons import answer, as_bytes, check, code, handed_in, question, spec_of

SPEC = spec_of(
    code("import math"),
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", "assert double(2) == 4", hidden="assert double(3) == 6"),
    code("shown = double(7)"),
    question("why"),
    answer("half", "def half(x):\n    return x / 2"),
    check("check_half", "assert half(2) == 1"),
)
ANSWERS = {"double": "def double(x):\n    return x + x", "half": "def half(x):\n    return 0.5 * x"}


def rebuilt(submission: NotebookNode) -> Rebuilt:
    return rebuild(SPEC, read_submission(as_bytes(submission)))


def sources(result: Rebuilt) -> list[str]:
    return [cell.source for cell in result.notebook.cells]


HONEST = sources(rebuilt(handed_in(SPEC, **ANSWERS)))


def test_an_honest_submission_is_the_lesson_with_its_answers() -> None:
    result = rebuilt(handed_in(SPEC, **ANSWERS))
    assert result.findings == ()
    assert result.unanswered == {"why"}
    expected = [ANSWERS.get(cell.name or "", cell.source) for cell in SPEC.cells]
    assert sources(result) == expected
    assert "assert double(3) == 6" in expected[2]
    nbformat.validate(result.notebook)


def deletes_a_test(cells: list[NotebookNode]) -> None:
    del cells[2]


def empties_a_test(cells: list[NotebookNode]) -> None:
    cells[2].source = ""


def turns_a_test_into_text(cells: list[NotebookNode]) -> None:
    cells[2].cell_type = "markdown"
    del cells[2]["outputs"], cells[2]["execution_count"]


def doubles_a_test_with_another_source(cells: list[NotebookNode]) -> None:
    copy = deepcopy(cells[2])
    copy.id, copy.source = "copy", "2"
    cells.append(copy)


def reorders(cells: list[NotebookNode]) -> None:
    cells[2], cells[6] = cells[6], cells[2]


def skips_by_tag(cells: list[NotebookNode]) -> None:
    cells[2].metadata.tags = ["skip-execution"]


def calls_a_test_an_answer(cells: list[NotebookNode]) -> None:
    cells[2].metadata.nbgrader.update(solution=True, locked=False, points=100)
    cells[2].source = "pass"


def drops_a_tests_metadata(cells: list[NotebookNode]) -> None:
    cells[2].metadata = {}
    cells[2].source = "pass"


def drops_all_ids(cells: list[NotebookNode]) -> None:
    for cell in cells:
        del cell["id"]


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (deletes_a_test, ["check_double was deleted; it was put back."]),
        (empties_a_test, ["check_double was edited; the original was run."]),
        (turns_a_test_into_text, ["check_double was edited; the original was run."]),
        (
            doubles_a_test_with_another_source,
            ["check_double was in the notebook 2 times; the original was run."],
        ),
        (reorders, ["Cells of the lesson were in another order; they were run in the lesson's."]),
        (skips_by_tag, []),
        (calls_a_test_an_answer, ["check_double was edited; the original was run."]),
        (drops_a_tests_metadata, ["check_double was edited; the original was run."]),
        (drops_all_ids, []),
    ],
)
def test_tampering_changes_nothing_and_is_reported(
    tamper: Callable[[list[NotebookNode]], None], found: list[str]
) -> None:
    submission = handed_in(SPEC, **ANSWERS)
    tamper(submission.cells)
    result = rebuild(SPEC, read_submission(json.dumps(submission).encode()))
    assert sources(result) == HONEST
    assert [finding for finding in result.findings if finding in found] == found
    assert not any(cell.metadata.get("tags") for cell in result.notebook.cells)
    assert result.notebook.cells[2].metadata.nbgrader.points == 2


def test_added_cells_run_where_they_stood() -> None:
    submission = handed_in(SPEC, **ANSWERS)
    submission.cells.insert(1, code("first = 1"))
    submission.cells.insert(5, code("later = 2"))
    submission.cells.insert(0, code("before = 0"))
    assert sources(rebuilt(submission)) == [
        "before = 0", HONEST[0], "first = 1", *HONEST[1:4], "later = 2", *HONEST[4:],
    ]  # fmt: skip


def test_an_edited_cell_of_nobodys_runs_as_released_and_then_as_edited() -> None:
    submission = handed_in(SPEC, **ANSWERS)
    submission.cells[0].source = "import cmath"
    result = rebuilt(submission)
    assert sources(result)[:2] == ["import math", "import cmath"]
    assert sources(result)[2:] == HONEST[1:]


def test_of_two_answers_the_last_counts_and_the_first_still_runs() -> None:
    submission = handed_in(SPEC, **ANSWERS)
    earlier = deepcopy(submission.cells[1])
    earlier.id, earlier.source = "earlier", "def helper(x):\n    return 2 * x"
    submission.cells.insert(1, earlier)
    result = rebuilt(submission)
    assert sources(result) == [HONEST[0], earlier.source, *HONEST[1:]]
    assert result.findings == ("double was in the notebook 2 times; the last one counts.",)


def test_answers_left_as_released_or_deleted_are_unanswered() -> None:
    submission = handed_in(SPEC, why="Since it is.")
    del submission.cells[5]
    assert rebuilt(submission).unanswered == {"double", "half"}


def test_sources_may_be_lists_of_lines_or_nothing() -> None:
    submission = json.loads(as_bytes(handed_in(SPEC, **ANSWERS)))
    for cell in submission["cells"]:
        cell["source"] = "".join(cell["source"])
    submission["cells"][5]["source"] = None
    result = rebuild(SPEC, read_submission(json.dumps(submission).encode()))
    assert sources(result) == [*HONEST[:5], "", HONEST[6]]


def test_notebooks_of_format_3_are_read() -> None:
    cells = [
        {"cell_type": "code", "input": cell.source, "metadata": dict(cell.metadata), "language": "python"}
        for cell in handed_in(SPEC, **ANSWERS).cells
        if cell.cell_type == "code"
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert sources(rebuild(SPEC, read_submission(json.dumps(old).encode())))[1] == ANSWERS["double"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"these are my thoughts",
        b"[]",
        b"null",
        b'{"marks": 20}',
        b'{"cells": 3}',
        b"[" * 100_000,
        json.dumps({"cells": [{"cell_type": "code", "source": "x"}] * 5001}).encode(),
        json.dumps({"cells": [{"cell_type": "code", "source": "x" * 5_000_001}]}).encode(),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_notebook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"[a-z]{3}"):
        read_submission(content)


@pytest.mark.parametrize(
    "cell", [None, 3, "text", {}, {"cell_type": 7, "source": {"a": 1}, "metadata": [], "id": 5}]
)
def test_odd_cells_harm_nothing(cell: object) -> None:
    submission = json.loads(as_bytes(handed_in(SPEC, **ANSWERS)))
    submission["cells"].insert(1, cell)
    assert sources(rebuild(SPEC, read_submission(json.dumps(submission).encode()))) == HONEST


RAISES = "def double(x):\n    raise NotImplementedError"


def moved_to_the_end(cells: list[NotebookNode]) -> None:
    cells[1].source = RAISES
    cells.append(code("assert True\n" + ANSWERS["double"]))


def written_into_a_check(cells: list[NotebookNode]) -> None:
    cells[1].source = ""
    cells[2].source = ANSWERS["double"] + "\n99"


def written_into_a_copy_of_a_check(cells: list[NotebookNode]) -> None:
    copy = deepcopy(cells[2])
    copy.id, copy.source = "copy", ANSWERS["double"] + "\n99"
    cells.append(copy)
    cells[1].source = ""


def check_takes_the_name_of_an_answer(cells: list[NotebookNode]) -> None:
    cells[2].metadata.nbgrader.grade_id = "double"
    cells[2].source = ANSWERS["double"] + "\n99"
    del cells[1]


@pytest.mark.parametrize(
    "move",
    [
        moved_to_the_end,
        written_into_a_check,
        written_into_a_copy_of_a_check,
        check_takes_the_name_of_an_answer,
    ],
)
def test_an_answer_in_another_cell_never_takes_the_place_of_a_check(
    move: Callable[[list[NotebookNode]], None],
) -> None:
    submission = handed_in(SPEC, **ANSWERS)
    move(submission.cells)
    result = rebuilt(submission)
    kept = [(cell, spec) for cell, spec in zip(result.notebook.cells, result.spec_cells, strict=True) if spec]
    assert [spec for _, spec in kept] == list(SPEC.cells)
    assert all(cell.source == spec.source for cell, spec in kept if not spec.is_answer)
    assert ANSWERS["double"] in kept[1][0].source
    assert "double" not in result.unanswered


def test_added_cells_that_define_what_nobody_asked_for_stay_where_they_were() -> None:
    submission = handed_in(SPEC, **ANSWERS)
    submission.cells.append(code("def double(x):\n    return 'an experiment'"))
    result = rebuilt(submission)
    assert sources(result) == [*HONEST, submission.cells[-1].source]
    assert result.findings == ()


def test_a_wrong_attempt_in_its_own_cell_counts_whatever_stands_further_down() -> None:
    submission = handed_in(SPEC, double="def double(x):\n    return x", half=ANSWERS["half"])
    submission.cells.append(code(ANSWERS["double"]))
    assert sources(rebuilt(submission))[1] == "def double(x):\n    return x"
