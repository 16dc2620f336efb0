"""How much of the grader's machine one submission may use."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from grader.errors import CourseError

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """The most that one submission may use.

    cell_seconds, notebook_seconds: wall clock of one cell and of all together, each time that they run.
    memory_mb: memory of the process and all it starts that is its own, in MiB. output_mb: what all cells may
    print and draw, in MiB.
    accelerators: whether TensorFlow may compute on them, which gives other numbers than processors do. wall:
    whether cells run behind a wall. Raises CourseError for a limit that is not a finite number above zero.
    """

    cell_seconds: float = 300.0
    notebook_seconds: float = 1200.0
    memory_mb: float = 4096.0
    output_mb: float = 20.0
    accelerators: bool = False
    wall: bool = True

    def __post_init__(self) -> None:  # noqa: D105
        for limit in fields(self):
            value = getattr(self, limit.name)
            if isinstance(limit.default, bool):
                fits, wanted = isinstance(value, bool), "True or False"
            else:
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                fits, wanted = is_number and 0 < value < math.inf, "a number above 0"
            if not fits:
                raise CourseError(f"The limit {limit.name} is {value!r}: it should be {wanted}.")
