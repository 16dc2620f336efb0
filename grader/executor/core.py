"""One core for each process that trains: its threads hand over faster, and no other gets in the way."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def take_core(folder: Path) -> int | None:
    """Keep this process, and what it forks, to a core that no other holds, where there is one (on Linux).

    folder: holds a lock for each core of this machine. Returns the descriptor of the lock: the core is free
    again when it is closed, however this process ends. None where all cores are taken or cannot be locked;
    then the process runs on all of them.
    """
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        for core in sorted(os.sched_getaffinity(0)):
            lock = os.open(folder / f"{core}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(lock)
                if not isinstance(error, BlockingIOError):
                    raise
            else:
                keep_to(core)
                return lock
    return None


def keep_to(core: int) -> None:
    """Keep this process, and what it forks, to a core, where the system lets it."""
    with suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {core})
