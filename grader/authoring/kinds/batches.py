"""Exercises whose function yields batches: what counts is what can be said about them in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.authoring.kinds.function import FunctionEntry
from helpers.kit.batches_exercise import Epoch, epoch


class BatchesEntry(FunctionEntry):
    """A generator of batches."""

    def given(self, function: Callable[..., Any], case: Mapping[str, Any]) -> Epoch:  # noqa: D102
        return epoch(function, case)
