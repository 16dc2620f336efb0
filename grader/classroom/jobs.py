"""The work of a grading run: one job for each notebook that was handed in, as bytes that can travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.grading.again import grade_again
from grader.grading.grade import grade_in
from grader.grading.graded import Again, Earlier, Extent, Graded
from grader.grading.setting import Setting
from grader.grading.spec import Spec


def _unknown() -> None:
    """Nothing is known of earlier runs."""


@dataclass(frozen=True)
class Job:
    """One notebook to grade. It holds all that grading needs, and grading it twice does no harm.

    key: a hash of all that decides the result. earlier: reads how it was graded before some checks were
    changed, where that is known.
    """

    key: str
    student: str
    lesson: str
    notebook_name: str
    notebook: bytes
    spec: Spec
    setting: Setting
    earlier: Callable[[], Earlier | None] = _unknown

    @property
    def title(self) -> str:
        """What progress calls it."""
        part = "" if self.notebook_name == self.lesson else f"/{self.notebook_name}"
        return f"{self.student} {self.lesson}{part}"


def do(job: Job) -> Graded:
    """Grade the job's notebook, and run no more of it than is needed."""
    earlier = job.earlier()
    again = grade_again(job.setting, job.notebook, job.spec, earlier) if earlier else None
    if again is not None:
        return again
    graded = grade_in(job.setting, job.notebook, job.spec)
    return (
        replace(graded, again=Again(earlier.changed, Extent.WHOLE)) if earlier and earlier.changed else graded
    )
