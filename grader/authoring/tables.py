"""The tables of exercises that students' checks read, and the hidden cases in the instructor's check cells.

Both are worked out from `source/<lesson>/exercises.py` and the solutions in the lesson's text. What is there
already stays as it is where its numbers agree, for processors differ in the last digits.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from grader.atomic import write_text, writing
from grader.authoring.running import CHECK, cells_of, checks_of, questions_of
from grader.authoring.working_out import EXERCISES, WorkedOut, work_out
from grader.errors import CourseError
from grader.grading.hidden_cases import digest_of_hidden, hidden_in, with_hidden
from grader.syntax import parse

# In this package each lesson has one of its own. Its notebook imports its exercises from there by this name.
LESSONS, NAME = "helpers.lessons", "exercises"


@contextmanager
def made(folder: Path, notebook: NotebookNode, before: NotebookNode | None) -> Iterator[None]:
    """Write a lesson's table and put its hidden cases into the notebook, while that is run and written.

    folder: of the lesson; where it has no exercises, nothing happens. notebook: as paired, with no outputs.
    before: as built last, if it was. If what is done meanwhile fails, the table is as it was before. Raises
    CourseError with a line for each problem.
    """
    if not has_exercises(folder, notebook):
        yield
        return
    path = table_path(folder, notebook)
    worked = worked_out(folder, notebook)
    questions = questions_of(notebook)
    table = _kept(path, questions, worked.entries) or _written(folder, questions, worked.entries)
    old = {} if before is None else {cell.id: hidden_in(cell.source) for cell in before.cells}
    for cell in notebook.cells:
        cases = worked.hidden.get(cell.id.removeprefix(CHECK))
        if cell.id.startswith(CHECK) and cases:
            known = old.get(cell.id, [])
            cell.source = with_hidden(
                cell.source, cell.id.removeprefix(CHECK), known if same(known, cases) else cases
            )
    notebook.metadata.course.update(table=_digest(table), hidden_cases=digest_of_hidden(notebook))
    kept = path.read_text(encoding="utf-8") if path.exists() else None
    if table != kept:
        with writing(path):
            write_text(path, table)
    try:
        yield
    except BaseException:
        if kept is None:
            path.unlink()
        elif table != kept:
            write_text(path, kept)
        raise


def is_as_built(folder: Path, notebook: NotebookNode) -> bool:
    """Whether a built notebook's table and hidden cases are those that its build wrote."""
    course = notebook.metadata.get("course", {})
    if course.get("hidden_cases", "") != digest_of_hidden(notebook):
        return False
    if "table" not in course:
        return not (folder / EXERCISES).exists()
    path = table_path(folder, notebook)
    return (
        (folder / EXERCISES).exists()
        and path.exists()
        and _digest(path.read_text(encoding="utf-8")) == course["table"]
    )


def is_stale(folder: Path, notebook: NotebookNode) -> bool:
    """Whether a build now would write other numbers, words or cases. Runs the lesson. Raises CourseError."""
    worked = worked_out(folder, notebook)
    hidden = {cell.id.removeprefix(CHECK): hidden_in(cell.source) for cell in notebook.cells}
    return _kept(table_path(folder, notebook), questions_of(notebook), worked.entries) is None or any(
        not same(hidden.get(name, []), cases) for name, cases in worked.hidden.items()
    )


def worked_out(folder: Path, notebook: NotebookNode) -> WorkedOut:
    """Work out the exercises of a lesson that has exercises.py. Raises CourseError."""
    points = {name: cell.metadata.nbgrader.points for name, cell in checks_of(notebook).items()}
    return work_out(folder, cells_of(notebook), points)


def table_path(folder: Path, notebook: NotebookNode) -> Path:
    """Where checks read the table: beside the module that the lesson imports. Raises CourseError."""
    from helpers.kit.tables import TABLE

    name = _imported(notebook)
    if name is None:
        raise CourseError(
            f"{folder}: it has {EXERCISES}, and no cell says: from {LESSONS}.{folder.name[3:]} import {NAME}"
        )
    return _folder_of(folder, name) / TABLE


def has_exercises(folder: Path, notebook: NotebookNode) -> bool:
    """Whether a lesson has exercises of its own. Raises CourseError where it uses some that are not there."""
    there, name = (folder / EXERCISES).exists(), _imported(notebook)
    if name is not None and not there:
        raise CourseError(
            f"{folder}: its notebook imports the exercises of {LESSONS}.{name}, and there is no {EXERCISES} "
            "to work them out from. Put it back."
        )
    return there


def _imported(notebook: NotebookNode) -> str | None:
    """The package in LESSONS from which a lesson imports its exercises; None where it imports none."""
    for cell in notebook.cells:
        if cell.cell_type != "code" or NAME not in cell.source:
            continue
        try:
            tree = parse(cell.source)
        except SyntaxError:  # with magics; it is not the cell that imports the exercises
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").startswith(f"{LESSONS}.")
                and any((alias.asname or alias.name) == NAME for alias in node.names)
            ):
                return str(node.module).removeprefix(f"{LESSONS}.")
    return None


def _folder_of(folder: Path, name: str) -> Path:
    package = importlib.util.find_spec(LESSONS)
    places = [Path(place) for place in package.submodule_search_locations or []] if package else []
    for place in places:
        if (place / name / f"{NAME}.py").exists():
            return place / name
    course = folder.parents[1]
    if places and course.joinpath(*LESSONS.split("."), name, f"{NAME}.py").exists():
        raise CourseError(
            f"{folder}: what is installed here is another copy of the course, in {places[0].parents[1]}. "
            f"Build with the environment of this copy: run make setup in {course}."
        )
    raise CourseError(
        f"{folder}: {LESSONS} has no package {name} with {NAME}.py in it. Copy __init__.py and {NAME}.py "
        "from the package of another lesson."
    )


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data agree: numbers within the kit's tolerances, all else exactly."""
    from helpers.kit.encoding import decoded
    from helpers.kit.models import near
    from helpers.kit.tolerances import PREDICTION_TOLERANCE, SMALLEST_OUTPUT
    from helpers.kit.values import close

    if isinstance(one, float) and isinstance(other, float):
        return close(one, other, equal_nan=True)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.get("dtype") == other.get("dtype") == "float32":  # what networks give, with fewer digits
            return near(decoded(one), decoded(other), PREDICTION_TOLERANCE, SMALLEST_OUTPUT)
        if "stops" in one and "stops" in other:  # what an error says differs between versions
            return bool(one["stops"][0] == other["stops"][0])
        if "packed" in one and "packed" in other:
            return one["dtype"] == other["dtype"] and close(decoded(one), decoded(other), equal_nan=True)
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _kept(path: Path, questions: Mapping[str, float], entries: Sequence[Any]) -> str | None:
    """The table that is there, if it says the same."""
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text)
        is_kept = table["questions"] == questions and same(table["exercises"], list(entries))
        return text if is_kept else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _written(folder: Path, questions: Mapping[str, float], entries: Sequence[dict[str, Any]]) -> str:
    """A table as text: one line for each hint, slip and case, so that changes can be read."""
    exercises = ",\n".join(_lines(entry) for entry in entries)
    head = json.dumps(f"source/{folder.name}/{EXERCISES} and the solutions in {folder.name}.py")
    text = (
        f'{{\n"worked_out_from": {head},\n"questions": {_as_json(questions)},\n'
        f'"exercises": [\n{exercises}\n]\n}}\n'
    )
    assert json.loads(text)["exercises"] == list(entries)
    return text


def _lines(entry: dict[str, Any]) -> str:
    parts = []
    for key, value in entry.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(f"  {_as_json(row)}" for row in value)
            parts.append(f" {_as_json(key)}: [\n{rows}\n ]")
        else:
            parts.append(f" {_as_json(key)}: {_as_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}"


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
