"""How each submission ran, for when checks of its lesson change: reports/<lesson>/.runs/<student>.msgpack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.atomic import write_bytes
from grader.classroom.handed_in import HandedIn
from grader.classroom.lesson import digest_of
from grader.classroom.visible import read_visible
from grader.classroom.written_runs import WrittenRun, changed_checks, run_of, written_run
from grader.grading.graded import Earlier, Graded

if TYPE_CHECKING:
    from grader.grading.spec import Spec

FOLDER, ENDING = ".runs", ".msgpack"


class _Notebook(msgspec.Struct, frozen=True):
    """One notebook's run. checks: a hash of each. digest: of the graded notebook in autograded/."""

    digest: str
    checks: dict[str, str]
    run: WrittenRun


class _Submission(msgspec.Struct, frozen=True):
    """The run of one submission.

    key: of its record. apart_from_checks: a hash of all that decided its marks beside the checks.
    """

    key: str
    apart_from_checks: str
    notebooks: dict[str, _Notebook]


_decoder: msgspec.msgpack.Decoder[_Submission] = msgspec.msgpack.Decoder(_Submission)


def path_of(reports: Path, lesson: str, student: str) -> Path:
    """Where a submission's run is kept."""
    return reports / lesson / FOLDER / f"{student}{ENDING}"


def keep_runs(
    handed_in: HandedIn, specs: Mapping[str, Spec], graded: Mapping[str, Graded], folder: Path
) -> None:
    """Keep how the notebooks of a submission ran. folder: with the graded ones. Raises OSError."""
    written = _Submission(
        handed_in.key,
        handed_in.key_apart_from_checks,
        {
            name: _Notebook(
                digest_of((folder / f"{name}.ipynb").read_bytes()),
                _checks(handed_in, name, specs[name]),
                written_run(each),
            )
            for name, each in graded.items()
            if name in handed_in.notebooks
        },
    )
    path = path_of(handed_in.lesson.course.reports, handed_in.lesson.name, handed_in.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, msgspec.msgpack.encode(written))


def reader(handed_in: HandedIn, name: str, spec: Spec) -> Callable[[], Earlier | None]:
    """What reads how a notebook ran before some checks of its lesson changed, where that is known."""
    course = handed_in.lesson.course
    return partial(
        _read,
        path_of(course.reports, handed_in.lesson.name, handed_in.student),
        course.autograded / handed_in.student / handed_in.lesson.name / f"{name}.ipynb",
        handed_in.key_apart_from_checks,
        _checks(handed_in, name, spec),
    )


def _read(path: Path, graded: Path, apart_from_checks: str, checks: Mapping[str, str]) -> Earlier | None:
    import nbformat

    with suppress(OSError, ValueError, LookupError, TypeError, msgspec.MsgspecError):
        kept = _decoder.decode(path.read_bytes())
        found = kept.notebooks[graded.stem]
        content = graded.read_bytes()
        if kept.apart_from_checks == apart_from_checks and found.digest == digest_of(content):
            notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
            visible = read_visible(path.parent.parent, path.name.removesuffix(ENDING), kept.key) or {}
            before = run_of(found.run, notebook, visible.get(graded.stem))
            return Earlier(before, changed_checks(found.checks, checks))
    return None


def _checks(handed_in: HandedIn, name: str, spec: Spec) -> dict[str, str]:
    """A hash of each check of a notebook, with what the solution's run has shown of it."""
    return {
        check: digest_of(
            json.dumps(
                [
                    said,
                    spec.in_student.get(check),
                    spec.shown_by_solution.get(check),
                    check in spec.end_in_numbers,
                ]
            ).encode()
        )
        for check, said in handed_in.lesson.digests_of_checks[name].items()
    }
