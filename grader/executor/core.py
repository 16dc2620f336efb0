"""One core for each training: its threads hand over to each other faster, and no other gets in the way."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from platformdirs import user_cache_path


@contextmanager
def own_core() -> Iterator[None]:
    """Keep this process to a core that no other training of this user has, where there is one (on Linux).

    The system takes the core's lock back when a process ends, however it ends.
    """
    with ExitStack() as stack:
        # On other systems, and where locks cannot be written, trainings share all cores.
        with suppress(ImportError, AttributeError, OSError):
            cores = os.sched_getaffinity(0)
            core = _locked(cores, stack)
            if core is not None:
                stack.callback(_keep_to, cores)
                _keep_to({core})
        yield


def _locked(cores: set[int], stack: ExitStack) -> int | None:
    import fcntl

    # Several machines may share a home folder.
    folder = user_cache_path("training-neural-networks") / "cores" / platform.node()
    folder.mkdir(parents=True, exist_ok=True)
    for core in sorted(cores):
        lock = (folder / f"{core}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            stack.enter_context(lock)
            return core
    return None


def _keep_to(cores: set[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it may have ended
            os.sched_setaffinity(int(thread.name), cores)
