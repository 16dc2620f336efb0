"""The open files of a process."""

from __future__ import annotations

import os
from collections.abc import Iterable

from grader.wall.places import MOST_OPEN_FILES_OF_A_PARENT


def allow_many_files() -> None:
    """Let this process, and those that it starts from now on, have as many as a parent needs, if it may."""
    # Windows has no such module.
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_OPEN_FILES_OF_A_PARENT
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if resource.RLIM_INFINITY != soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def close_all_but(kept: Iterable[int]) -> None:
    """Close every descriptor above the standard ones but these."""
    low = 3
    for descriptor in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        os.closerange(low, descriptor)
        low = descriptor + 1
