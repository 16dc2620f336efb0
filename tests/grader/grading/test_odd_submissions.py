"""Submissions that try to hang or break the grader: they cost their own exercise, and nobody else's."""

from __future__ import annotations

import json
import time

import nbformat
import pytest

from grader.grading.grade import grade
from grader.grading.imports import imported_by
from grader.grading.submitted_notebook import UnreadableError, read_submission
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, handed_in, spec_of

SPEC = spec_of(
    answer("odd", "given = 1"),
    check("check_odd", "assert given == 1", points=2),
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", "assert double(2) == 4", points=3),
)
DOUBLE = "def double(x):\n    return x + x"
# To every socket that this process holds, and so to the grader.
SAY = """
import os, stat, struct, time
given = 1
for descriptor in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            os.write(descriptor, %s)
    except OSError:
        pass
"""
ENDED = '{"type":"ended","failed":false}'
HANGING = {
    "half a message": SAY % "struct.pack('<QI', 1000, 0)" + "while True:\n    time.sleep(1)",
    "an end that is none, and nobody who reads": SAY % f"struct.pack('<QI', {len(ENDED)}, 0) + b'{ENDED}'"
    + "while True:\n    time.sleep(1)",
}

# A process that has said that its cell ended is left with the next one, which nobody there runs.
MARKS = {"half a message": [0, 3], "an end that is none, and nobody who reads": [0, 0]}


@pytest.mark.parametrize("name", HANGING)
def test_a_process_that_stops_listening_costs_its_own_exercise(name: str) -> None:
    started = time.monotonic()
    filled = DOUBLE + "\n# " + 1_900_000 * "x"
    result = grade(
        as_bytes(handed_in(SPEC, odd=HANGING[name], double=filled)),
        SPEC,
        Limits(cell_seconds=3, notebook_seconds=30),
    )
    assert time.monotonic() - started < 60
    assert [cell.points for cell in result.cells] == MARKS[name]


ODD = {
    "half a character": "given = 1\nprint('\ud800')",
    "deep outputs": "given = 1\nfor depth in (90, 490, 700):\n    o = 1\n    for _ in range(depth):\n        o = [o]\n"
    "    display({'application/json': o, 'text/plain': 'shown'}, raw=True)",
    "deep folders": "given = 1\nimport os\nhere = os.getcwd()\nfor _ in range(1200):\n    os.mkdir('d')\n    os.chdir('d')\n"
    "os.chdir(here)",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_notebook_is_graded_and_can_be_written_down(name: str) -> None:
    written = json.dumps(json.loads(as_bytes(handed_in(SPEC, double=DOUBLE))))
    document = json.loads(written)
    document["cells"][0]["source"] = ODD[name]
    result = grade(json.dumps(document).encode(), SPEC)
    assert [cell.points for cell in result.cells] == [2, 3], result.problem
    nbformat.writes(result.notebook).encode("utf-8")


def test_what_is_nested_too_deep_imports_nothing() -> None:
    assert imported_by(["import pandas\nx=1" + 3000 * "+1", "x=" + "+not " * 50_000 + "1"]) <= {"pandas"}


def test_what_is_longer_than_any_answer_is_not_looked_through_for_imports() -> None:
    started = time.process_time()
    assert imported_by(["import pandas\nx = f'" + "{1}" * 200_000 + "'"]) == frozenset()
    assert time.process_time() - started < 1


@pytest.mark.parametrize("element", ["[],", "1,", '{"":0},', '"a",'])
def test_a_file_of_more_elements_than_memory_holds_is_refused(element: str) -> None:
    with pytest.raises(UnreadableError, match="more than 10,000,000 elements"):
        read_submission(b'{"cells": [], "x": [' + element.encode() * 10_000_001 + b"0]}")


def test_a_file_far_larger_than_any_notebook_is_not_read() -> None:
    with pytest.raises(UnreadableError, match=r"larger than 100 MiB\. Clear its outputs\."):
        read_submission(b'{"cells": []}'.ljust(100 * 2**20 + 1))


def test_a_display_that_comes_again_changes_the_first_as_in_jupyter() -> None:
    shown = "given = 1\n_ = display('one', display_id='a')\n_ = display('two', display_id='a')"
    outputs = grade(as_bytes(handed_in(SPEC, odd=shown)), SPEC).notebook.cells[0].outputs
    assert [output.data["text/plain"] for output in outputs] == ["'two'", "'two'"]


def test_an_iterator_of_a_class_may_come_from_a_function() -> None:
    spec = spec_of(
        answer("batches", "def batches(n):\n    return iter(range(n))"),
        check("check_batches", "assert list(batches(3)) == [0, 1, 2]", points=2),
    )
    own = (
        "class Batches:\n    def __init__(self, n):\n        self.n = n\n"
        "    def __iter__(self):\n        return iter(range(self.n))\n"
        "def batches(n):\n    return Batches(n)"
    )
    stepping = own.replace(
        "return iter(range(self.n))", "self.left = iter(range(self.n))\n        return self"
    ) + ("\nBatches.__next__ = lambda self: next(self.left)")
    for source in (own, stepping):
        (cell,) = grade(as_bytes(handed_in(spec, batches=source)), spec).cells
        assert cell.points == 2, cell.message
