"""How many small wrong changes of the right answers the checks catch.

python -m benchmarks.mutants [LESSON …] [--record]

One operator, constant, sign or argument of a reference solution is changed at a time, and its check run. A
mutant that passes is compared with the original on other data: what gives the same there is no wrong answer.
Where that cannot be told by calling a function, right_mutants.toml names the mutants that give the same, with
the reason, and those that the task leaves free, with its words.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import signal
import time
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grader.executor import quick_training
from grader.executor.settings import ONE_THREAD, SEED
from helpers.kit.cases import Case
from helpers.kit.exercise import NotYet
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.numbers_exercise import NumbersExercise
from suites.marking import LESSONS, above, check_of, marks_of, source_of, untouched
from suites.measured.mutants import FREE, LEAST_CAUGHT, RECORD, SAME, Found, right_mutants
from suites.mutations import mutants
from suites.places import BANK

# More than any right answer trains.
SECONDS = 120
VARIATIONS = 20


def examined(lesson: str) -> Found:
    """Make and mark all mutants of a lesson's solutions."""
    os.environ.update(ONE_THREAD, TF_CPP_MIN_LOG_LEVEL="3")
    quick_training.install(SEED)
    found = Found(lesson)
    survivors = []
    for exercise, namespace in above(lesson, whole=True).items():
        solution = next(cell.source for cell in source_of(lesson).cells if cell.id == exercise)
        if _passing(lesson, exercise, solution, namespace) is None:
            raise RuntimeError(f"{lesson}, {exercise}: not even the solution passes, so no mutant could.")
        for what, source in mutants(solution):
            found.made += 1
            started = time.monotonic()
            mutated = _passing(lesson, exercise, source, namespace)
            if mutated is None:
                found.caught += 1
                found.stopped += time.monotonic() - started >= SECONDS
            elif (reason := _reason(lesson, exercise, what)) == FREE:
                found.free += 1
            elif reason == SAME or _same(exercise, solution, namespace, mutated):
                found.same += 1
            else:
                survivors.append(f"{exercise}: {what}")
    found.survivors = tuple(survivors)
    return found


def _reason(lesson: str, exercise: str, what: str) -> str | None:
    """Why right_mutants.toml calls a mutant right: SAME, FREE, or None if it does not."""
    for of_lesson, of_exercise, entry in right_mutants():
        of_this = of_lesson == lesson and fnmatchcase(exercise, of_exercise)
        if of_this and any(fnmatchcase(what, pattern) for pattern in entry["mutants"]):
            return SAME if SAME in entry else FREE
    return None


def _passing(lesson: str, exercise: str, source: str, above_it: Mapping[str, Any]) -> dict[str, Any] | None:
    """The names that an answer leaves when it gets all marks in time; None when it is caught."""
    check, points = check_of(lesson, exercise)
    namespace = untouched(dict(above_it))
    try:
        with _quiet(), _limited():
            exec(source, namespace)
            return namespace if marks_of(check, namespace, points) == points else None
    except (Exception, SystemExit):
        return None


def _same(name: str, solution: str, above_it: Mapping[str, Any], mutated: dict[str, Any]) -> bool:
    """Whether a function gives what the original gives, for many variations of the visible cases."""
    exercise = getattr(above_it.get("exercises"), name, None)
    if isinstance(exercise, NumbersExercise):
        return True  # the answer is its numbers, and these are right
    if not isinstance(exercise, FunctionExercise):
        return False
    namespace = untouched(dict(above_it))
    rng = np.random.default_rng(0)
    try:
        with _quiet(), _limited():
            exec(solution, namespace)
            for _ in range(VARIATIONS):
                for case in exercise.cases:
                    varied = Case(_varied(case.arguments, rng), case.expected)
                    expected = exercise._result(namespace[name], varied)
                    exercise.examine(mutated[name], Case(varied.arguments, expected))
    except (NotYet, TypeError):
        return False
    return True


def _varied(value: Any, rng: np.random.Generator) -> Any:
    """The same data, each float a little larger or smaller; signs, whole numbers and shapes stay."""
    if isinstance(value, Mapping):
        return {key: _varied(each, rng) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * np.exp(rng.normal(0, 0.2, value.shape))
    if isinstance(value, float):
        return value * float(np.exp(rng.normal(0, 0.2)))
    return value


@contextmanager
def _quiet() -> Iterator[None]:
    import matplotlib.pyplot as plt

    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(action="ignore"),
        np.errstate(all="ignore"),
    ):
        yield
    plt.close("all")


@contextmanager
def _limited() -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when too few are caught."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help=", ".join(LESSONS))
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    if unknown := set(options.lessons) - set(LESSONS):
        raise SystemExit(f"There are no answers for {', '.join(sorted(unknown))} in {BANK}.")
    lessons = options.lessons or LESSONS
    console = Console()
    # TensorFlow does not survive a fork once it has worked.
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(track(pool.map(examined, lessons), "Mutants", total=len(lessons), console=console))
    table = Table(title="Mutants of the reference solutions")
    for heading in ("lesson", "mutants", "same", "left free", "wrong", "caught", "stopped", "share caught"):
        table.add_column(heading, justify="left" if heading == "lesson" else "right")
    for found in results:
        table.add_row(
            found.lesson, str(found.made), str(found.same), str(found.free), str(found.wrong),
            str(found.caught), str(found.stopped), f"{found.share:.3f}",
        )  # fmt: skip
    console.print(table)
    for found in results:
        for survivor in found.survivors:
            console.print(f"survived: {found.lesson}, {survivor}")
    wrong = sum(found.wrong for found in results)
    share = sum(found.caught for found in results) / wrong
    console.print(f"Caught: {share:.3f} of {wrong} wrong ones (at least {LEAST_CAUGHT}, in each lesson)")
    if options.record:
        kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
        kept.update({found.lesson: asdict(found) for found in results})
        RECORD.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    raise SystemExit(0 if min(found.share for found in results) >= LEAST_CAUGHT else 1)


if __name__ == "__main__":
    main()
