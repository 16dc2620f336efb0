"""The work of a grading run: one job for each notebook that was handed in, as bytes that can travel."""

from __future__ import annotations

from dataclasses import dataclass

from grader.grading.grade import grade_in
from grader.grading.graded import Graded
from grader.grading.setting import Setting
from grader.grading.spec import Spec


@dataclass(frozen=True)
class Job:
    """One notebook to grade. It holds all that grading needs, and grading it twice does no harm.

    key: a hash of all that decides the result.
    """

    key: str
    student: str
    lesson: str
    notebook_name: str
    notebook: bytes
    spec: Spec
    setting: Setting

    @property
    def title(self) -> str:
        """What progress calls it."""
        part = "" if self.notebook_name == self.lesson else f"/{self.notebook_name}"
        return f"{self.student} {self.lesson}{part}"


def do(job: Job) -> Graded:
    """Grade the job's notebook."""
    return grade_in(job.setting, job.notebook, job.spec)
