"""What a worker of a cluster loads: dask worker ADDRESS --preload grader.classroom.worker."""

from __future__ import annotations

from typing import Any

from grader.executor.warm import PARENTS


async def dask_teardown(worker: Any) -> None:  # noqa: ARG001
    """End the warm parents."""
    PARENTS.close()
