"""Run a command, and tell what it leaves running: python -m suites.hostile.watched SECONDS REPORT COMMAND …

Whatever the command starts stays below this process, however it tries to get away. What is still there when the
command has ended, and has had a moment to go, is written into the file REPORT, and ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SECONDS_TO_GO = 5.0
TIMED_OUT = 124


def main() -> None:
    """Run the command, and exit as it does; with TIMED_OUT if it took too long."""
    seconds, report, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command)
    try:
        code = process.wait(float(seconds))
    except subprocess.TimeoutExpired:
        code = TIMED_OUT
        process.kill()
    until = time.monotonic() + SECONDS_TO_GO
    while (left := below(os.getpid())) and time.monotonic() < until:
        _reap()
        time.sleep(0.05)
    Path(report).write_text(json.dumps(sorted(left.values())), encoding="utf-8")
    while left:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        left = below(os.getpid())
    raise SystemExit(code)


def below(pid: int) -> dict[int, str]:
    """The processes below one, by number, with what they were started as."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                head, _, rest = (folder / "stat").read_text().rpartition(")")
                state, parent = rest.split()[:2]
                if state not in "ZX":
                    parents[int(folder.name)] = int(parent)
                    arguments = (folder / "cmdline").read_text(errors="replace").replace("\0", " ")
                    names[int(folder.name)] = arguments.strip() or head.partition("(")[2]
    found: dict[int, str] = {}
    for each in parents:
        above = parents[each]
        while above in parents and above != pid:
            above = parents[above]
        if above == pid and each != pid:
            found[each] = names[each]
    return found


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
