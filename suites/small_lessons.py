"""Small lessons and submissions, written cell by cell, for tests of grading."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.grading.setting import Setting
from grader.grading.solution_run import run_solution
from grader.grading.spec import Spec, read_spec
from grader.limits import Limits


def code(source: str, **metadata: Any) -> NotebookNode:
    """A code cell of nobody's."""
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    return cell


def answer(name: str, solution: str) -> NotebookNode:
    """An answer cell whose solution is that text."""
    source = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    return _marked(code(source), name, grade=False, solution=True, locked=False)


def check(name: str, source: str, points: float = 2, hidden: str = "") -> NotebookNode:
    """A test worth some points, with a hidden part."""
    if hidden:
        source += f"\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return _marked(code(source), name, grade=True, solution=False, locked=True, points=points)


def question(name: str, points: float = 3) -> NotebookNode:
    """A question in words, marked by hand."""
    cell = nbformat.v4.new_markdown_cell("### BEGIN SOLUTION\nBecause.\n### END SOLUTION")
    return _marked(cell, name, grade=True, solution=True, locked=False, points=points)


def task(name: str, points: float = 2, scheme: str = "") -> NotebookNode:
    """A task, for which a person gives marks by a scheme; nbgrader does not call its cell graded."""
    source = f"Explain.\n### BEGIN MARK SCHEME\n{scheme}\n### END MARK SCHEME"
    cell = nbformat.v4.new_markdown_cell(source)
    return _marked(cell, name, task=True, grade=False, solution=False, locked=True, points=points)


def _marked(cell: NotebookNode, name: str, **marks: Any) -> NotebookNode:
    cell.metadata.nbgrader = {"schema_version": 3, "task": False, "grade_id": name, **marks}
    cell.id = name
    return cell


def notebook(*cells: NotebookNode) -> NotebookNode:
    """A Python notebook of these cells."""
    made: NotebookNode = nbformat.v4.new_notebook(cells=list(cells))
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def as_bytes(made: NotebookNode) -> bytes:
    """A notebook as a file holds it."""
    return str(nbformat.writes(made)).encode()


def spec_of(*cells: NotebookNode) -> Spec:
    """The lesson that an instructor's cells make."""
    return read_spec(as_bytes(notebook(*cells)))


def with_solution_run(spec: Spec) -> Spec:
    """The lesson with what its solution's run shows, as `course grade` takes it."""
    solutions = {cell.name: cell.solution for cell in spec.cells if cell.is_answer and cell.name}
    setting = Setting(Limits(), spec.modules)
    return run_solution(setting, as_bytes(handed_in(spec, **solutions)), spec)[0]


def handed_in(spec: Spec, **answers: str) -> NotebookNode:
    """The lesson as released, with these answers in it."""
    released = deepcopy(spec.template)
    for cell, known in zip(released.cells, spec.cells, strict=True):
        cell.source = answers.get(known.name or "", known.released)
    return released


def printed(source: str, limits: Limits | None = None) -> str:
    """What a cell prints when it is graded."""
    from grader.grading.grade import grade

    spec = spec_of(code("import keras\nimport numpy"))
    submission = handed_in(spec)
    submission.cells.append(code(source))
    result = grade(as_bytes(submission), spec, limits)
    assert result.problem == ""
    return "".join(
        output.text
        for output in result.notebook.cells[1].outputs
        if output.output_type == "stream" and output.name == "stdout"
    )
