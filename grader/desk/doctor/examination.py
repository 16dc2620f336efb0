"""Look at all that grading needs, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grader.classroom.course import CONFIG_NAME, Course
from grader.desk.doctor.data import data_sets
from grader.desk.doctor.finding import Finding, State
from grader.desk.doctor.formgrader import formgrader
from grader.desk.doctor.gradebook import gradebook
from grader.desk.doctor.machine import cores, disk, memory, versions
from grader.desk.doctor.wall import wall
from grader.errors import CourseError
from grader.limits import Limits


def examine(root: Path, progress: Callable[[int, int], None]) -> Sequence[Finding]:
    """Examine this machine, and the course in a folder if there is one.

    progress: told how many things have been looked at, of how many.
    """
    steps: list[Callable[[], Finding]] = [
        versions,
        data_sets,
        wall,
        cores,
        lambda: memory(Limits()),
        lambda: disk(root.resolve()),
        lambda: _gradebook(root),
        formgrader,
    ]
    findings = []
    for done, step in enumerate(steps):
        progress(done, len(steps))
        findings.append(step())
    progress(len(steps), len(steps))
    return findings


def can_grade(findings: Sequence[Finding]) -> bool:
    """Whether nothing that grading needs fails."""
    return all(finding.state is not State.FAILS for finding in findings)


def _gradebook(root: Path) -> Finding:
    try:
        course = Course.at(root)
    except CourseError as error:
        found, _, advice = str(error).rpartition(". ")
        state = State.FAILS if (root / CONFIG_NAME).exists() else State.WARNING
        return Finding("gradebook", state, found, advice)
    return gradebook(course)
