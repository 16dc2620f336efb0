"""Mark one answer by its own check, in this process, without running the rest of its lesson each time."""

from __future__ import annotations

import re
from functools import cache

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import nbformat

from grader.authoring.marking import untouched
from suites.places import ROOT, SOURCE

LESSONS = sorted(path.parent.name for path in SOURCE.glob("*/answers.toml"))
# Each answer to these trains for half a minute.
SLOW = {("05_fashion_mnist", "history")}
# Each answer to these trains for some seconds.
TRAINING = {
    ("06_digits", "history_5"),
    ("06_digits", "history_10"),
    ("06_digits", "better_model"),
    ("07_mnist", "train_model"),
    ("07_mnist", "experiments"),
    ("07_mnist", "test_accuracy"),
    *(("08_training_clinic", f"patient_{number}") for number in range(1, 8)),
}
# In lessons whose answers use earlier ones: the last that others need.
LAST_NEEDED = {
    "05_fashion_mnist": "predictions",
    "06_digits": "best_epoch",
    "07_mnist": "build_model",
}
# What is left out of a lesson where no answer uses it: trainings that are only drawn, and sliders.
ONLY_SHOWN = re.compile(r"\bpictures\.draw_fits\(|^explore_\w+\(", re.MULTILINE)
# A network that later answers only evaluate and ask for predictions need not be trained for as long.
SHORTER = {("05_fashion_mnist", "history"): ("epochs=10", "epochs=6")}


def source_of(lesson: str) -> nbformat.NotebookNode:
    """The instructor's notebook."""
    notebook: nbformat.NotebookNode = nbformat.read(
        ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4
    )
    return notebook


def check_of(lesson: str, exercise: str) -> tuple[str, float]:
    """The source of an exercise's check, hidden tests included, and its points."""
    cell = next(cell for cell in source_of(lesson).cells if cell.id == f"check_{exercise}")
    return cell.source, cell.metadata.nbgrader.points


@cache
def above(lesson: str, whole: bool = False) -> dict[str, dict[str, object]]:
    """What an answer of each exercise finds: the names that the cells above it, with their solutions, leave.

    whole: run all of them, also where the answers of the bank do without those below the first exercise, and
    train for as long as the lesson does.
    """
    namespace: dict[str, object] = {}
    found: dict[str, dict[str, object]] = {}
    needed = True
    for cell in source_of(lesson).cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or marks.get("grade"):
            continue
        if marks.get("solution"):
            found[cell.id] = untouched(namespace)
            needed = needed and (whole or lesson in LAST_NEEDED)
        if needed:
            exec(cell.source if whole else _shortened(lesson, cell), namespace)
            plt.close("all")
        needed = needed and (whole or cell.id != LAST_NEEDED.get(lesson))
    return found


def _shortened(lesson: str, cell: nbformat.NotebookNode) -> str:
    """The source of a cell without what no answer uses."""
    if ONLY_SHOWN.search(cell.source):
        return ""
    long, short = SHORTER.get((lesson, cell.id), ("", ""))
    assert long in cell.source
    return str(cell.source.replace(long, short))
