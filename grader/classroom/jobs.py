"""The work of a grading run: one job for each notebook that was handed in, as bytes that can travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.grading.grade import grade
from grader.grading.graded import Graded
from grader.grading.spec import Spec
from grader.limits import Limits


@dataclass(frozen=True)
class Job:
    """One notebook to grade. It holds all that grading needs, and grading it twice does no harm.

    key: a hash of all that decides the result. files: what else lies in the lesson's folder. judges_files:
    what of it is the instructor's. modules: what warm processes import before; the same for all jobs of a
    run, so that one warm parent serves them. verified_share: of remembered trainings, those done once more.
    """

    key: str
    student: str
    lesson: str
    notebook_name: str
    notebook: bytes
    spec: Spec
    limits: Limits
    files: Mapping[str, bytes]
    judges_files: Mapping[str, bytes]
    modules: frozenset[str]
    pictures: Mapping[str, bytes]
    verified_share: float = 0.0

    @property
    def title(self) -> str:
        """What progress calls it."""
        part = "" if self.notebook_name == self.lesson else f"/{self.notebook_name}"
        return f"{self.student} {self.lesson}{part}"


def do(job: Job) -> Graded:
    """Grade the job's notebook."""
    return grade(
        job.notebook,
        job.spec,
        job.limits,
        files=job.files,
        judges_files=job.judges_files,
        modules=job.modules,
        pictures=job.pictures,
        verified_share=job.verified_share,
    )
