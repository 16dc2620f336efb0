"""Do jobs: in this process, with as many at once as there are cores, or elsewhere."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from grader.classroom.jobs import Job, do
from grader.grading.graded import Graded
from grader.wall.errors import WallError

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class Done:
    """A job that is done, or that could not be done. problem: why not; then `graded` is None."""

    job: Job
    graded: Graded | None
    problem: str = ""


def cores() -> int:
    """How many jobs this machine can do at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Schedule(Protocol):
    """Somewhere to do jobs.

    running: titles of the jobs being done, and since when (seconds since 1970). stop: set to end early.
    """

    running: dict[str, float]
    stop: threading.Event

    def do_all(self, jobs: Sequence[Job], expected_seconds: dict[str, float]) -> Iterator[Done]:
        """Begin to do jobs, those that take longest first, and yield them as they are done; each once.

        expected_seconds: by job key, where it is known. Raises KeyboardInterrupt once `stop` is set, and
        WallError where jobs cannot run behind a wall.
        """

    def close(self) -> None:
        """Begin no more jobs."""


class ThisMachine:
    """A schedule whose jobs are done by threads of this process, one for each core."""

    def __init__(self) -> None:  # noqa: D107
        self.running: dict[str, float] = {}
        self.stop = threading.Event()
        self._closed = threading.Event()
        self._no_wall: WallError | None = None

    def do_all(self, jobs: Sequence[Job], expected_seconds: dict[str, float]) -> Iterator[Done]:
        """Do jobs as `Schedule` says."""
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in sorted(jobs, key=lambda job: -expected_seconds.get(job.key, 0.0)):
            waiting.put(job)
        done: queue.SimpleQueue[Done] = queue.SimpleQueue()

        def work() -> None:
            with suppress(queue.Empty):
                while not self._closed.is_set():
                    done.put(self._do(waiting.get_nowait()))

        for _ in range(min(cores(), len(jobs))):
            # What still runs when this process ends, ends with its links.
            threading.Thread(target=work, daemon=True).start()
        return self._results(done, len(jobs))

    def _results(self, done: queue.SimpleQueue[Done], left: int) -> Iterator[Done]:
        while left:
            if self.stop.is_set():
                raise KeyboardInterrupt
            if self._no_wall is not None:
                raise self._no_wall
            with suppress(queue.Empty):
                yield done.get(timeout=SECONDS_BETWEEN_LOOKS)
                left -= 1

    def _do(self, job: Job) -> Done:
        self.running[job.title] = time.time()
        try:
            return Done(job, do(job))
        except WallError as error:
            self._no_wall = error
            return Done(job, None, str(error))
        except Exception as error:
            return Done(job, None, f"{type(error).__name__}: {error}".partition("\n")[0])
        finally:
            self.running.pop(job.title, None)

    def close(self) -> None:
        """Begin no more jobs."""
        self._closed.set()
