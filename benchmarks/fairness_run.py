"""Train a lesson's right answers with one seed, and print as JSON how far they are above what is asked for.

python -m benchmarks.fairness_run LESSON SEED

Only those of the lesson's other cells run that make something a later answer uses.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.lesson_run import SHIFT, shift_seeds
from grader.authoring.marking import untouched
from grader.authoring.sample_class import RIGHT, Answer, answers_of
from grader.executor import quick_training
from suites.marking import source_of
from suites.measured.fairness import trained
from suites.places import SOURCE


def margins(lesson: str, seed: int) -> dict[str, dict[str, float]]:
    """For each exercise that trains and each of its right answers, the margin with that seed."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    asked = trained()[lesson]
    bank = answers_of(SOURCE, lesson)
    shift_seeds(SHIFT * seed)
    quick_training.install(SHIFT * seed)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    found: dict[str, dict[str, float]] = {}
    for source, exercise, others_use_it in _needed_cells(lesson, bank, asked):
        if exercise in asked:
            found[exercise] = {}
            for answer in bank[exercise]:
                if _is_asked(answer, asked):
                    names = untouched(namespace)
                    exec(answer.source, names)
                    exec(asked[exercise]["setup"], names)
                    found[exercise][answer.name] = float(eval(asked[exercise]["margin"], names))
        if others_use_it:
            exec(source, namespace)
            plt.close("all")
    return found


def _is_asked(answer: Answer, asked: Mapping[str, Any]) -> bool:
    chosen = asked.get(answer.exercise, {}).get("answers", [answer.name])
    return answer.kind == RIGHT and answer.name in chosen


def _needed_cells(
    lesson: str, bank: Mapping[str, Sequence[Answer]], asked: Mapping[str, Any]
) -> list[tuple[str, str, bool]]:
    """Sources of code cells, each with the exercise whose answer it is, or "", and whether others use it."""
    cells = []
    used: set[str] = set()
    for cell in reversed(source_of(lesson).cells):
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or marks.get("grade"):
            continue
        exercise = cell.id if marks.get("solution") else ""
        others_use_it = bool(used & _bound(ast.parse(cell.source)))
        if exercise in asked:
            entry = asked[exercise]
            texts = [answer.source for answer in bank[exercise] if _is_asked(answer, asked)]
            used |= _read("\n".join([*texts, entry["setup"], entry["margin"]]))
        if others_use_it:
            used |= _read(cell.source)
        if others_use_it or exercise in asked:
            cells.append((cell.source, exercise, others_use_it))
    return cells[::-1]


def _read(source: str) -> set[str]:
    """The names that a text mentions."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _bound(tree: ast.Module) -> set[str]:
    """The names that a cell gives a meaning to."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return bound


def main() -> None:
    """Print the margins; what the lesson itself prints goes nowhere."""
    lesson, seed = sys.argv[1], int(sys.argv[2])
    with contextlib.redirect_stdout(io.StringIO()):
        found = margins(lesson, seed)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
