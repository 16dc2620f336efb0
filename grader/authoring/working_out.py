"""Work out what a lesson's exercises give: run its cells, and its solutions and slips over all cases.

They run in a process of their own, which ends with the work.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import runpy
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.authoring.running import Cell, LessonShell, in_a_line
from grader.errors import CourseError
from grader.quiet import kernels_quiet
from grader.syntax import parse

# The file in a lesson's folder that describes its exercises.
EXERCISES = "exercises.py"


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
    from grader.authoring.kinds import entry_of, kind_of

    os.chdir(folder)
    os.environ["MPLBACKEND"] = "agg"
    worked = WorkedOut()
    path = shown / EXERCISES
    printed = io.StringIO()
    with (
        kernels_quiet(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(action="ignore"),
    ):
        try:
            written, own_names = described(folder / EXERCISES)
        except CourseError as error:
            worked.problems += [f"{path}: {line}" for line in str(error).splitlines()]
            return worked
        names = [name for name in points if name in written]
        for name in written.keys() - points.keys():
            worked.problems.append(f"{path}: {name}: the lesson has no check cell check_{name}.")
        solutions = {cell.solves: cell.source for cell in cells}
        if not worked.problems:
            needed = [name for name in names if kind_of(written[name]).needs_solution]
            for name, namespace in _namespaces(path, cells, names, needed, worked.problems):
                names_so_far = {**own_names, **namespace}
                exercise = entry_of(
                    f"{path}: {name}", name, written[name], names_so_far, solutions.get(name, "")
                )
                entry, worked.hidden[name], problems = exercise.work_out(points[name])
                worked.entries.append(entry)
                worked.problems += problems
        worked.problems += [
            f"{path}: {name}: the lesson has no answer cell of that name."
            for name in names
            if name not in solutions
        ]
    return worked


def described(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The exercises that a file describes, by name, and all of its names.

    Raises CourseError with a line for each problem, which does not name the file.
    """
    from helpers.kit.author import Exercise

    try:
        tree = parse(file.read_text(encoding="utf-8"))
        names = runpy.run_path(str(file))
    except Exception as error:
        raise CourseError(in_a_line(error)) from None
    found = {name: value for name, value in names.items() if isinstance(value, Exercise)}
    bound = [
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    twice = [f"{name}: two exercises have this name." for name in found if bound.count(name) > 1]
    if twice:
        raise CourseError("\n".join(twice))
    return found, names


def _namespaces(
    path: Path, cells: Sequence[Cell], names: Sequence[str], needed: Sequence[str], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the lesson, and stop after each solution: the exercise, and the names that the lesson has made.

    needed: the exercises whose solutions have to run; after the last of them nothing runs any more.
    """
    left, running = set(names), set(needed)
    shell = LessonShell()
    for cell in cells:
        if running:
            try:
                shell.run(cell, f"{path}: {cell.solves}" if cell.solves in left else str(path.parent))
            except CourseError as failed:
                problems.append(str(failed))
                return
        if cell.solves in left:
            left.remove(cell.solves)
            running.discard(cell.solves)
            yield cell.solves, shell.names
