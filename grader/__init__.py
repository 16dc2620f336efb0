"""Grade notebooks: one, with `grade`, or what a whole class handed in, with `grade_class`.

    from grader import grade, read_spec
    graded = grade(Path("handed_in.ipynb").read_bytes(), read_spec(Path("lesson.ipynb").read_bytes()))

Everything named here is public, and is imported when it is first asked for: nbgrader and nbformat, which
most of it needs, take seconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.classroom.grade_class import GradedClass, grade_class
    from grader.errors import CourseError, GraderError
    from grader.grading.grade import grade
    from grader.grading.graded import Graded
    from grader.grading.spec import Spec, read_spec
    from grader.grading.submitted_notebook import UnreadableError
    from grader.limits import Limits
    from grader.wall.errors import WallError

__all__ = [
    "CourseError",
    "Graded",
    "GradedClass",
    "GraderError",
    "Limits",
    "Spec",
    "UnreadableError",
    "WallError",
    "grade",
    "grade_class",
    "read_spec",
]

HOMES = {
    "grader.classroom.grade_class": ("GradedClass", "grade_class"),
    "grader.errors": ("CourseError", "GraderError"),
    "grader.grading.grade": ("grade",),
    "grader.grading.graded": ("Graded",),
    "grader.grading.spec": ("Spec", "read_spec"),
    "grader.grading.submitted_notebook": ("UnreadableError",),
    "grader.limits": ("Limits",),
    "grader.wall.errors": ("WallError",),
}


def __getattr__(name: str) -> Any:
    """Import what is public when it is first asked for."""
    for home, names in HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
