"""The instructor's own run of a lesson: does its solution pass its checks, and what does it draw?

What came of it is kept in reports/<lesson>/, together with the lesson's specs, until something changes that
decides them.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from grader.atomic import write_text, writing
from grader.classroom.lesson import Lesson
from grader.classroom.visible import visible_of, written_visible
from grader.classroom.written_runs import WrittenRun, changed_checks, run_of, written_run
from grader.errors import CourseError
from grader.grading.graded import Earlier, Graded

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grading.spec import Spec

# From so many submissions on, pictures that need not be drawn again are worth a run; where a lesson trains,
# its run takes as long as the first of those that train the same.
WORTH_A_RUN, WORTH_A_TRAINING = 5, 20


@dataclass(frozen=True)
class OwnRun:
    """What is known of a lesson.

    specs: by notebook, what submissions are graded against. is_run: whether its solution was run where it has
    one. pictures: those that it drew. graded: by notebook that run. is_whole: whether nothing of that came
    from an earlier run.
    """

    specs: Mapping[str, Spec]
    is_run: bool
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    graded: Mapping[str, Graded] = field(default_factory=dict)
    is_whole: bool = True


def own_run(lesson: Lesson, submissions: int, *, as_a_whole: bool = False) -> OwnRun:
    """Run a lesson's solution where nothing else shows that it passes, or where its pictures save time.

    submissions: how many are to be graded. as_a_whole: take nothing from runs with earlier checks. Raises
    CourseError with the check that a solution does not pass.
    """
    known = _kept(lesson)
    if as_a_whole and known is not None and not known.is_whole:
        known = None
    if known is not None and known.is_run:
        return known
    enough = WORTH_A_TRAINING if lesson.trains else WORTH_A_RUN
    specs = known.specs if known is not None else lesson.specs
    shown = all(map(lesson.is_built, lesson.notebooks)) and not _asserts(specs.values())
    worth_it = submissions >= enough or not shown
    if known is None or worth_it:
        earlier = {} if as_a_whole else _earlier(lesson)
        known = _run(lesson, earlier) if worth_it or earlier else OwnRun(lesson.specs, is_run=False)
        _keep(lesson, known)
    return known


def _asserts(specs: Iterable[Spec]) -> bool:
    """Whether a check is written with assertions."""
    return any(cell.is_test and "assert" in cell.source for spec in specs for cell in spec.cells)


def _run(lesson: Lesson, earlier: Mapping[str, Earlier]) -> OwnRun:
    from grader.executor.process import StartError
    from grader.grading.setting import Setting
    from grader.grading.solution_run import run_solution

    setting = Setting(lesson.limits, lesson.modules, lesson.files, lesson.files)
    specs = dict(lesson.specs)
    pictures: dict[str, bytes] = {}
    runs = {}
    for name, spec in lesson.specs.items():
        if not spec.has_solutions:
            continue
        path = lesson.course.source / lesson.name / f"{name}.ipynb"
        try:
            notebook = lesson.notebooks[name]
            specs[name], graded = run_solution(setting, notebook, spec, earlier.get(name))
        except StartError as error:
            raise CourseError(f"{path} cannot be run: {error}") from None
        except CourseError as error:
            raise CourseError(f"{path}: {error}") from None
        pictures.update(graded.drawn)
        runs[name] = graded
    return OwnRun(specs, True, pictures, runs, all(graded.again is None for graded in runs.values()))


def _path(lesson: Lesson) -> Path:
    return lesson.course.reports / lesson.name / ".own_run"


def _keep(lesson: Lesson, own_run: OwnRun) -> None:
    specs = {
        name: {"cells": [asdict(cell) for cell in spec.cells], "template": spec.template,
               "in_student": dict(spec.in_student), "shown_by_solution": dict(spec.shown_by_solution),
               "end_in_numbers": sorted(spec.end_in_numbers)}
        for name, spec in own_run.specs.items()
    }  # fmt: skip
    written = {
        "digest": lesson.digest,
        "apart_from_checks": lesson.digest_apart_from_checks,
        "checks": lesson.digests_of_checks,
        "is_run": own_run.is_run,
        "is_whole": own_run.is_whole,
        "specs": specs,
        "pictures": {name: b64encode(png).decode("ascii") for name, png in own_run.pictures.items()},
        "runs": {name: _written(graded) for name, graded in own_run.graded.items()},
    }
    path = _path(lesson)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(written) + "\n")


def _kept(lesson: Lesson) -> OwnRun | None:
    """What was kept, unless something has changed since."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        written = json.loads(_path(lesson).read_text(encoding="utf-8"))
        if written["digest"] == lesson.digest:
            return OwnRun(
                {name: _spec(spec) for name, spec in written["specs"].items()},
                written["is_run"],
                {name: b64decode(png) for name, png in written["pictures"].items()},
                is_whole=written["is_whole"],
            )
    return None


def _earlier(lesson: Lesson) -> dict[str, Earlier]:
    """How its solution ran before some of its checks were changed, and nothing else was."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, msgspec.MsgspecError):
        written = json.loads(_path(lesson).read_text(encoding="utf-8"))
        if written["apart_from_checks"] == lesson.digest_apart_from_checks:
            pictures = {name: b64decode(png) for name, png in written["pictures"].items()}
            return {
                name: Earlier(
                    replace(
                        _graded(run),
                        drawn=pictures,
                        shown_by_solution=written["specs"][name]["shown_by_solution"],
                        end_in_numbers=frozenset(written["specs"][name]["end_in_numbers"]),
                    ),
                    changed_checks(written["checks"][name], lesson.digests_of_checks[name]),
                )
                for name, run in written["runs"].items()
                if not written["specs"][name]["in_student"]
            }
    return {}


def _written(graded: Graded) -> dict[str, Any]:
    return {
        "run": msgspec.to_builtins(written_run(graded)),
        "notebook": graded.notebook,
        "visible": written_visible(graded.visible) if graded.visible is not None else None,
    }


def _graded(written: Mapping[str, Any]) -> Graded:
    from nbformat import from_dict

    visible = visible_of(written["visible"]) if written["visible"] is not None else None
    return run_of(msgspec.convert(written["run"], WrittenRun), from_dict(written["notebook"]), visible)


def _spec(written: Mapping[str, Any]) -> Spec:
    from nbformat import from_dict

    from grader.grading.spec import Spec, SpecCell

    cells = tuple(SpecCell(**cell) for cell in written["cells"])
    template = from_dict(written["template"])
    end_in_numbers = frozenset(written["end_in_numbers"])
    spec = Spec(cells, template, written["in_student"], written["shown_by_solution"], end_in_numbers)
    return replace(spec, falls_back=not spec.has_solutions)
