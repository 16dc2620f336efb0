"""Do jobs on a cluster of dask.distributed."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from distributed import Client, Future, get_worker

from grader.classroom.jobs import Job, do
from grader.classroom.lesson import environment
from grader.classroom.schedule import Done
from grader.errors import CourseError
from grader.grading.graded import Graded
from grader.wall.errors import WallError

# A host that was cut off answers nobody: after its job's limit and this, the job is given to another one.
SECONDS_OF_GRACE = 60.0
# A host may die or be cut off; a notebook that none of several finishes is at fault itself.
MOST_TRIES = 3
SECONDS_TO_CONNECT = 15.0
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_BETWEEN_COUNTS = 2.0
# Workers may be restarted meanwhile.
SECONDS_WITHOUT_WORKERS = 120.0
STARTED = "grading-started"
Ended = queue.SimpleQueue[tuple[Job, "Future[Graded]"]]


class Cluster:
    """A schedule that gives jobs to the workers of a dask scheduler."""

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at an address. Raises CourseError."""
        # What dask tells of workers that come and go would break up the progress bar.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self._client = Client(address, timeout=SECONDS_TO_CONNECT)
        except (OSError, ValueError) as error:
            raise CourseError(
                f"No scheduler answers at {address}: {error}. Start one with: dask scheduler"
            ) from None
        if not self._client.scheduler_info()["workers"]:
            self.close()
            raise CourseError(
                f"The scheduler at {address} has no workers. Start some: "
                "dask worker ADDRESS --preload grader.classroom.worker"
            )
        self._compare_versions()
        self.running: dict[str, float] = {}
        self.stop = threading.Event()
        self._last_look = self._last_worker_seen = time.monotonic()
        self._client.subscribe_topic(STARTED, self._note_start)

    def _compare_versions(self) -> None:
        """Make sure that a notebook gets the same marks wherever it runs. Raises CourseError."""
        ours = environment()
        for worker, theirs in self._client.run(environment).items():
            names = (ours.keys() | theirs.keys()) - {"COURSE_DATA"}  # another path there, the same data
            different = sorted(name for name in names if ours.get(name) != theirs.get(name))
            if different:
                self.close()
                raise CourseError(
                    f"The worker {worker} differs from this machine in {', '.join(different[:5])}. "
                    "Install the same versions there, then start it again."
                )

    def _note_start(self, event: tuple[float, str]) -> None:
        self.running[event[1]] = time.time()

    def do_all(self, jobs: Sequence[Job], expected_seconds: dict[str, float]) -> Iterator[Done]:
        """Do jobs as `Schedule` says. Raises CourseError where there are no workers left."""
        ordered = sorted(jobs, key=lambda job: -expected_seconds.get(job.key, 0.0))
        by_title = {job.title: job for job in jobs}
        ended: Ended = queue.SimpleQueue()
        for place, job in enumerate(ordered):
            self._submit(job, 0, -place, ended)
        tries = {job.key: 0 for job in jobs}
        left = set(tries)
        while left:
            if self.stop.is_set():
                raise KeyboardInterrupt
            self._need_workers()
            with suppress(queue.Empty):
                job, future = ended.get(timeout=SECONDS_BETWEEN_LOOKS)
                self.running.pop(job.title, None)
                if job.key in left:
                    left.discard(job.key)
                    yield _result(job, future)
            for title in list(self.running):
                overdue = by_title.get(title)
                if overdue is None or overdue.key not in left:
                    # Its start was told after its end.
                    self.running.pop(title, None)
                elif self._is_overdue(overdue):
                    self.running.pop(title, None)
                    tries[overdue.key] += 1
                    if tries[overdue.key] < MOST_TRIES:
                        self._submit(overdue, tries[overdue.key], 1, ended)
                    else:
                        left.discard(overdue.key)
                        yield Done(overdue, None, f"no host has finished it in {MOST_TRIES} tries")

    def _need_workers(self) -> None:
        now = time.monotonic()
        if now - self._last_look < SECONDS_BETWEEN_COUNTS:
            return
        self._last_look = now
        if self._client.scheduler_info(n_workers=1)["workers"]:
            self._last_worker_seen = now
        elif now - self._last_worker_seen > SECONDS_WITHOUT_WORKERS:
            raise CourseError(
                f"The cluster has had no worker for {SECONDS_WITHOUT_WORKERS:.0f} s. What was graded until "
                "then is kept. Start workers, then grade again."
            )

    def _submit(self, job: Job, attempt: int, priority: int, ended: Ended) -> None:
        future = self._client.submit(_do, job, key=f"{job.key}-{attempt}", priority=priority, pure=False)
        # The callback holds the future, without which dask would forget the task.
        future.add_done_callback(lambda done: ended.put((job, done)))

    def _is_overdue(self, job: Job) -> bool:
        since = self.running.get(job.title)
        # A notebook runs twice where hidden tests that waited do not pass.
        most = 2 * job.setting.limits.notebook_seconds + SECONDS_OF_GRACE
        return since is not None and time.time() - since > most

    def close(self) -> None:
        """Stop: the workers forget what they have not begun."""
        with suppress(TimeoutError, OSError):
            self._client.close(timeout=10)


def _do(job: Job) -> Graded:
    get_worker().log_event(STARTED, job.title)
    return do(job)


def _result(job: Job, future: Future[Graded]) -> Done:
    error = future.exception()
    if error is None:
        graded: Graded = future.result()
        return Done(job, graded)
    if isinstance(error, WallError):
        raise error
    return Done(job, None, f"{type(error).__name__}: {error}".partition("\n")[0])
