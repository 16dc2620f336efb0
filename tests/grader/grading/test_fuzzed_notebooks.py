"""Whatever a file holds, it is refused in words, or it becomes the lesson with somebody's answers, and earns nothing yet."""

from __future__ import annotations

import json
import os
from typing import Any

import nbformat
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from grader.grading.cell_runs import Execution
from grader.grading.grade import grade
from grader.grading.graded import Outcome
from grader.grading.marking import marks
from grader.grading.rebuild import rebuild
from grader.grading.signs import closest, signs_of_lesson, signs_of_submission
from grader.grading.submitted_notebook import Submission, UnreadableError, read_submission, without_outputs
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, code, handed_in, question, spec_of
from tests.fuzzing import with_examples

# FUZZED_NOTEBOOKS=10000 looks at more.
EXAMPLES = int(os.environ.get("FUZZED_NOTEBOOKS", "300"))
fuzzed = settings(with_examples(EXAMPLES), phases=[Phase.explicit, Phase.generate])
SPEC = spec_of(
    code("import math\nimport numpy as np"),
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", "assert double(2) == 4", hidden="assert double(3) == 6"),
    code("shown = double(7)"),
    question("why"),
    answer("half", "half = 0.5"),
    check("check_half", "assert half == 0.5\n1", points=2),
)
SUBMISSION = json.loads(
    as_bytes(handed_in(SPEC, double="def double(x):\n    return x + x", half="half = 1 / 2", why="So."))
)
# What cannot be written as a Python object is put in as text afterwards.
DEEP, HUGE = "<deep>", "<huge>"
texts = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ["", "double", "check_double", "why", "code", "markdown", "raw", "\ud800", "\0", "a" * 70, DEEP, HUGE]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
sources = texts | st.sampled_from(
    [
        "def double(x):\n    return 2 * x",
        "def double(x):\n    raise NotImplementedError",
        "%%time\ndouble = lambda x: x + x",
        "half = 0.5\ndef double(x): return 2 * x",
        "half = ...",
        "from helpers import *",
        "def double(",
        "x=1" + 3000 * "+1",
        "x=" + "+not " * 20_000 + "1",
        "(" * 300 + ")" * 300,
        "\xa0half = 1",
        "half\u00adhalf = 1",
        "assert double(2) == 4",
    ]
)
names = texts | st.sampled_from([cell.name for cell in SPEC.cells if cell.name])
odd_cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 7, None, []]),
        "id": names | anything,
        "source": sources | st.lists(sources | anything, max_size=3) | anything,
        "input": sources,
        "metadata": st.fixed_dictionaries(
            {}, optional={"nbgrader": st.fixed_dictionaries({"grade_id": names | anything}) | anything, "id": names | anything}
        )
        | anything,
        "outputs": anything,
        "execution_count": anything,
    },
)  # fmt: skip
places = st.integers(0, len(SUBMISSION["cells"]) - 1)
changes = st.one_of(
    st.tuples(st.just("drop"), places),
    st.tuples(st.just("copy"), places, places),
    st.tuples(st.just("move"), places, places),
    st.tuples(st.just("insert"), places, odd_cells | anything),
    st.tuples(st.just("update"), places, odd_cells),
    st.tuples(st.just("strip"), places),
    st.tuples(
        st.just("top"), st.sampled_from(["cells", "metadata", "nbformat", "worksheets", "x"]), anything
    ),
    st.tuples(st.just("worksheets"), st.lists(anything, max_size=2)),
)
endings = st.sampled_from([b"", b"\0\0", b"\n]}", b"{}", b"\n<<<<<<< HEAD\n", b"\xff"]) | st.binary(
    max_size=4
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])


def changed(steps: list[tuple[Any, ...]]) -> str:
    document = json.loads(json.dumps(SUBMISSION))
    cells = document["cells"]
    for kind, *arguments in steps:
        place = arguments[0] % (len(cells) or 1) if isinstance(arguments[0], int) else 0
        if kind == "top":
            document[arguments[0]] = arguments[1]
        elif kind == "worksheets":
            document["worksheets"] = [*arguments[0], {"cells": document.pop("cells", None)}]
        elif kind == "insert":
            cells.insert(place, arguments[1])
        elif not cells:
            continue
        elif kind == "drop":
            del cells[place]
        elif kind == "copy":
            cells.insert(arguments[1], json.loads(json.dumps(cells[place])))
        elif kind == "move":
            cells.insert(arguments[1], cells.pop(place))
        elif isinstance(cells[place], dict):
            if kind == "update":
                cells[place].update(arguments[1])
            else:
                cells[place].pop("id", None)
                cells[place]["metadata"] = {}
    written = json.dumps(document, ensure_ascii=False)
    return written.replace(f'"{DEEP}"', "[" * 900 + "]" * 900).replace(f'"{HUGE}"', "9" * 5000)


def earns_nothing_yet(content: bytes) -> None:
    try:
        submission = read_submission(content)
    except UnreadableError as error:
        str(error).encode()
        return
    is_rebuilt_and_earns_nothing_yet(submission)


def is_rebuilt_and_earns_nothing_yet(submission: Submission) -> None:
    again = read_submission(without_outputs(submission.cells))
    assert again.cells == submission.cells
    closest(signs_of_submission(submission.cells), {"this": signs_of_lesson(submission.cells)}, "this")
    rebuilt = rebuild(SPEC, submission)
    for finding in rebuilt.findings:
        finding.encode()
    nbformat.writes(rebuilt.notebook).encode()
    nbformat.validate(rebuilt.notebook)
    # Every cell of the lesson is there, in order, and what checks is the instructor's.
    kept = [
        (cell, spec) for cell, spec in zip(rebuilt.notebook.cells, rebuilt.spec_cells, strict=True) if spec
    ]
    assert [spec for _, spec in kept] == list(SPEC.cells)
    assert all(cell.source == spec.source for cell, spec in kept if not spec.is_answer)
    # The same cells as a submission that says nothing: nothing is marked before a check has run.
    assert not any(cell.points for cell in marks(rebuilt, Execution()))


@fuzzed
@given(st.lists(changes, max_size=6), endings, encodings)
def test_a_notebook_is_rebuilt_or_refused(steps: list[Any], ending: bytes, encoding: str) -> None:
    earns_nothing_yet(changed(steps).encode(encoding, "surrogatepass") + ending)


@fuzzed
@given(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 40))
def test_a_damaged_file_is_rebuilt_or_refused(place: int, put_in: bytes, left_out: int) -> None:
    content = as_bytes(nbformat.from_dict(SUBMISSION))
    earns_nothing_yet(content[:place] + put_in + content[place + left_out :])


@fuzzed
@given(anything)
def test_any_json_is_rebuilt_or_refused(document: Any) -> None:
    earns_nothing_yet(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@settings(fuzzed, max_examples=max(6, EXAMPLES // 500))
@given(st.lists(changes, min_size=1, max_size=4))
def test_only_checks_that_have_run_give_marks(steps: list[Any]) -> None:
    result = grade(changed(steps).encode("utf-8", "surrogatepass"), SPEC, Limits(cell_seconds=20))
    assert [cell.name for cell in result.cells] == ["check_double", "why", "check_half"]
    nbformat.writes(result.notebook).encode()
    earned = [cell for cell in result.cells if cell.points]
    assert all(cell.outcome in (Outcome.PASSED, Outcome.PART_MARKS) and cell.seconds > 0 for cell in earned)
    assert all((cell.points or 0) <= cell.possible for cell in result.cells)


@pytest.mark.parametrize("cells", [[], [{}], [{"cell_type": "code", "source": "x = 1"}] * 4999])
def test_few_and_many_cells_are_rebuilt(cells: list[Any]) -> None:
    earns_nothing_yet(json.dumps({"cells": cells}).encode())
