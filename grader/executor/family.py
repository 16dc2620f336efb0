"""What a process and all that it has started own: as the system tells it, whatever they say themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.1
MOST_PROCESSES = 128
# Lines of a process's status, in kB.
OWNED = ("RssAnon:", "RssShmem:", "VmSwap:")
SHARED_FAIRLY = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


def family_of(pid: int) -> Iterator[int]:
    """The processes below this one, except those that have ended and wait to be noted."""
    with contextlib.suppress(OSError, ValueError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                if not _is_zombie(child):
                    yield child
                yield from family_of(child)


def _is_zombie(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def is_over(family: set[int], at_start: int, memory: float) -> bool:
    """Whether a family owns more than it may."""
    if sum(map(owned, family)) - at_start <= memory:
        return False
    # What forks share was counted for each of them. Counting it once takes longer.
    return sum(_in_kilobytes(f"/proc/{pid}/smaps_rollup", SHARED_FAIRLY) for pid in family) > memory


def owned(pid: int) -> int:
    """Bytes that a process has written, memory that it shares on purpose included."""
    return _in_kilobytes(f"/proc/{pid}/status", OWNED)


def _in_kilobytes(path: str, names: tuple[str, ...]) -> int:
    """The sum, in bytes, of what some lines of a file give in kB; 0 where the process is gone."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path(path).read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))
    return 0
