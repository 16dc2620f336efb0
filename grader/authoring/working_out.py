"""Work out what a lesson's exercises give: run its cells, and its solutions and slips over all cases.

They run in a process of their own, which ends with the work.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import io
import os
import runpy
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import CourseError

# The file in a lesson's folder that describes its exercises.
EXERCISES = "exercises.py"


@dataclass(frozen=True)
class Cell:
    """A code cell of a lesson. solves: the exercise whose solution it is, else ""."""

    source: str
    solves: str = ""


@dataclass
class WorkedOut:
    """Plain data: each exercise's entry in the lesson's table, its hidden cases, and a line per problem."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    hidden: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def work_out(folder: Path, cells: Sequence[Cell], points: Mapping[str, float]) -> WorkedOut:
    """Work out a lesson's exercises.

    folder: of the lesson, which holds exercises.py. cells: all code cells but the checks. points: of each
    exercise that the lesson checks, in its order. Raises CourseError with a line for each problem.
    """
    # Commands that only look at a lesson need no other process.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        worked = pool.submit(_work_out, folder.resolve(), folder, list(cells), dict(points)).result()
    if worked.problems:
        raise CourseError("\n".join(worked.problems))
    return worked


def _work_out(folder: Path, shown: Path, cells: list[Cell], points: dict[str, float]) -> WorkedOut:
    """Work out in this process. shown: the folder as problems name it."""
    os.chdir(folder)
    os.environ["MPLBACKEND"] = "agg"
    worked = WorkedOut()
    path = shown / EXERCISES
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(action="ignore"),
    ):
        described, own_names = _described(folder / EXERCISES, path, worked.problems)
        names = [name for name in points if name in described]
        for name in described.keys() - points.keys():
            worked.problems.append(f"{path}: {name}: the lesson has no check cell check_{name}.")
        if not worked.problems:
            for name, namespace in _namespaces(path, cells, names, worked.problems):
                entry = _Entry(f"{path}: {name}", name, described[name], {**own_names, **namespace})
                entry.work_out(points[name], worked)
        solved = {cell.solves for cell in cells}
        worked.problems += [
            f"{path}: {name}: the lesson has no answer cell of that name."
            for name in names
            if name not in solved
        ]
    return worked


def _described(file: Path, path: Path, problems: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The exercises in the file, by name, and all of its names. path: the file as problems name it."""
    from helpers.kit.author import Function

    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = runpy.run_path(str(file))
    except Exception as error:
        problems.append(f"{path}: {_in_a_line(error)}")
        return {}, {}
    described = {name: value for name, value in names.items() if isinstance(value, Function)}
    bound = [
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    problems += [
        f"{path}: {name}: two exercises have this name." for name in described if bound.count(name) > 1
    ]
    return described, names


def _namespaces(
    path: Path, cells: Sequence[Cell], names: Sequence[str], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the lesson, and stop after each solution: the exercise, and the names that the lesson has made."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    left = set(names)
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    for cell in cells:
        if not left:
            return
        result = shell.run_cell(cell.source)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            first = cell.source.strip().partition("\n")[0]
            where = f"{path}: {cell.solves}" if cell.solves in left else str(path.parent)
            problems.append(f"{where}: the cell that starts with {first!r} failed: {_in_a_line(error)}")
            return
        _close_figures()
        if cell.solves in left:
            left.remove(cell.solves)
            yield cell.solves, shell.user_ns


def _close_figures() -> None:
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


class _Entry:
    """One exercise on its way from what is written to what is worked out."""

    def __init__(self, where: str, name: str, written: Any, namespace: Mapping[str, Any]) -> None:
        self._where, self._name, self._written = where, name, written
        self._namespace = dict(namespace)
        self._problems: list[str] = []

    def work_out(self, points: float, worked: WorkedOut) -> None:
        """Add the exercise to what has been worked out, or its problems."""
        self._check_what_is_written()
        visible, hidden = self._cases(self._written.cases), self._cases(self._written.hidden)
        if not self._problems:
            entry = {
                "name": self._name,
                "kind": self._written.kind,
                "points": int(points) if float(points).is_integer() else points,
                "hints": list(self._written.hints),
                "results": list(self._written.results),
                "slips": [{"slip": each.slip, "advice": each.advice} for each in self._written.slips],
                "cases": visible,
            }
            self._try(entry, hidden)
            worked.entries.append(entry)
            worked.hidden[self._name] = hidden
        worked.problems += [f"{self._where}: {problem}" for problem in dict.fromkeys(self._problems)]

    def _check_what_is_written(self) -> None:
        written = self._written
        if not written.cases:
            self._problems.append("it has no visible case.")
        if not written.hidden:
            self._problems.append("it has no hidden case.")
        if len(written.hints) != 2 or not all(written.hints):
            self._problems.append("it needs two hints.")
        for slip in written.slips:
            if not slip.slip.strip() or not slip.advice.strip():
                self._problems.append(f"the slip {slip.slip!r} needs a name and an advice.")
        if not callable(self._namespace.get(self._name)):
            self._problems.append("its solution makes no function of that name.")
        cases = [*written.cases, *written.hidden]
        if len({tuple(case) for case in cases}) > 1:
            self._problems.append("its cases do not all have the same arguments in the same order.")
        for number, case in enumerate(written.hidden, 1):
            same = [place for place, seen in enumerate(written.cases, 1) if _equal(case, seen)]
            if same:
                self._problems.append(f"hidden case {number} is visible case {same[0]}.")

    def _cases(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The cases with what the solution and the slips give. Notes what fails."""
        from helpers.kit.encoding import encoded

        if self._problems:
            return []
        made = []
        for case in cases:
            try:
                expected = self._given(self._namespace[self._name], case)
            except Exception as error:
                shown = ", ".join(f"{name}={value!r}" for name, value in case.items())
                self._problems.append(
                    f"its solution stops with {_in_a_line(error)} for {' '.join(shown.split())}."
                )
                continue
            try:
                made.append(
                    {
                        "arguments": {name: encoded(value) for name, value in case.items()},
                        "expected": encoded(_plain(expected)),
                        "slipped": [self._slipped(slip, case) for slip in self._written.slips],
                    }
                )
            except TypeError as error:
                self._problems.append(f"a case or its result holds {error}.")
        return made

    def _slipped(self, slip: Any, case: Mapping[str, Any]) -> Any:
        """What a slip gives in a case, as plain data."""
        from helpers.kit.cases import Stopped
        from helpers.kit.encoding import encoded

        try:
            wrong = self._function(slip.wrong) if isinstance(slip.wrong, str) else slip.wrong
            return encoded(_plain(self._given(wrong, case)))
        except (SyntaxError, NameError) as error:
            self._problems.append(f"the slip {slip.slip!r} cannot be run: {_in_a_line(error)}")
        except Exception as error:
            return encoded(Stopped.by(error))
        return None

    def _function(self, expression: str) -> Callable[..., Any]:
        """The function that an expression in the names of the arguments describes."""
        arguments = ", ".join(self._written.cases[0])
        made: Callable[..., Any] = eval(f"lambda {arguments}: ({expression})", self._namespace)
        return made

    def _given(self, function: Callable[..., Any], case: Mapping[str, Any]) -> Any:
        import numpy as np

        with np.errstate(all="ignore"):
            given = function(*copy.deepcopy(dict(case)).values())
            return list(given) if inspect.isgenerator(given) else given

    def _try(self, entry: dict[str, Any], hidden: list[dict[str, Any]]) -> None:
        """Have the solution examined as an answer is, and see that no slip is right everywhere."""
        from helpers.kit.outcome import Verdict
        from helpers.kit.tables import case_from, exercise_from

        exercise = exercise_from(entry)
        cases = [*exercise.cases, *map(case_from, hidden)]
        found = exercise.outcome(self._namespace[self._name], *cases)
        if found.verdict is not Verdict.PASSED:
            self._problems.append(f"its solution fails: {' '.join(str(found.remark).split())}")
            return
        for place, slip in enumerate(exercise.slips):
            given = [case.slipped[place] for case in cases]
            if all(exercise.agree(result, case.expected) for result, case in zip(given, cases, strict=True)):
                self._problems.append(f"the slip {slip.slip!r} gives the right result in every case.")


def _plain(result: Any) -> Any:
    """A result as numbers of Python and arrays, whatever library it comes from: only its numbers count."""
    import numpy as np

    if isinstance(result, tuple):
        return tuple(map(_plain, result))
    if not hasattr(result, "__array__"):
        return result
    numbers = np.asarray(result)
    return numbers if numbers.ndim else numbers.item()


def _equal(case: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    from helpers.kit.encoding import encoded

    try:
        return bool(encoded(dict(case)) == encoded(dict(other)))
    except TypeError:  # what cannot be written down is another problem
        return False


def _in_a_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
