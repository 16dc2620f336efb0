"""One core for each kernel: two that share two cores get in each other's way."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress

from platformdirs import user_runtime_path


def keep_to_one() -> None:
    """Keep this process to a core that no other kernel of this user has, if there is one, until it ends.

    The system takes the lock back when the process and all that it started have ended, however they end.
    """
    with suppress(OSError):
        folder = user_runtime_path("training-neural-networks", ensure_exists=True)
        for core in sorted(os.sched_getaffinity(0)):
            lock = os.open(folder / f"core-{core}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
            else:
                os.sched_setaffinity(0, {core})
                return
