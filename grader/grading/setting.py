"""Where and how notebooks are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.limits import Limits


@dataclass(frozen=True)
class Setting:
    """Where and how a notebook is run. It can travel to another machine.

    files: what lies beside the student's notebook, by relative path. judges_files: what of it is the
    instructor's. modules: what processes import before; jobs with the same ones share a warm parent.
    pictures: those that need not be drawn again. hands_over: whether the notebook is the instructor's own,
    whose pictures others then need not draw. verified_share: of remembered trainings, the share that is done
    once more and compared.
    """

    limits: Limits
    modules: frozenset[str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    judges_files: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    hands_over: bool = False
    verified_share: float = 0.0
