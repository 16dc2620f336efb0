"""Run one lesson with the instructor's solutions in this process, and print numbers that came of it as JSON.

python -m benchmarks.lesson_run LESSON SEED < questions.json

questions: {"then": code to run after the lesson's cells, "values": [expressions in their variables]}.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring.lesson_source import LessonSource
from grader.executor import quick_training

SOURCE = Path(__file__).resolve().parent.parent / "source"
# Two seeds of a lesson lie closer together than this: shifted, they stay different.
SHIFT = 1000


def shift_seeds(by: int) -> None:
    """Have each later call of Keras' set_random_seed set another seed than the lesson asks for."""
    import keras

    original = keras.utils.set_random_seed
    keras.utils.set_random_seed = lambda seed: original(seed + by)
    keras.utils.set_random_seed(0)


def numbers(value: Any) -> list[float]:
    """All numbers of a value, flat. Raises TypeError or ValueError where there are none."""
    return [float(number) for number in np.asarray(value, dtype=np.float64).ravel()]


def answers(lesson: str, seed: int, then: str, values: list[str]) -> dict[str, list[float]]:
    """Run a lesson's code cells, then `then`, and give the numbers of each expression."""
    import matplotlib

    matplotlib.use("agg")
    if any("keras" in cell.source for cell in _code_cells(lesson)):
        shift_seeds(SHIFT * seed)
        quick_training.install(SHIFT * seed)
    # Keras needs to find the functions that it compiles in a module.
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in [*(cell.source for cell in _code_cells(lesson)), then]:
        exec(cell, namespace)
        if "plt" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
    return {value: numbers(eval(value, namespace)) for value in values}


def _code_cells(lesson: str) -> list[Any]:
    return [cell for cell in LessonSource(SOURCE / lesson).paired().cells if cell.cell_type == "code"]


def main() -> None:
    """Answer the questions on standard input; what the lesson itself prints goes nowhere."""
    lesson, seed = sys.argv[1], int(sys.argv[2])
    questions = json.load(sys.stdin)
    with contextlib.redirect_stdout(io.StringIO()):
        found = answers(lesson, seed, questions["then"], questions["values"])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
