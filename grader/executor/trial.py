"""Try what cells can do on this machine: a process for cells attempts what the wall is there to prevent."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.executor import process as processes
from grader.executor.link import Link
from grader.executor.messages import Ended, Output, Run, Stream
from grader.executor.task import STUDENT
from grader.limits import Limits
from grader.wall.errors import WallError
from grader.wall.places import of_data, of_python

SECONDS = 30.0
PREAMBLE = "import fcntl, glob, json, os, socket, subprocess, sys, numpy"
ASKS = """
try:
    _succeeded = bool({attempt})
except Exception:
    _succeeded = False
print(json.dumps([{name!r}, _succeeded]))
"""


@dataclass(frozen=True)
class Attempt:
    """Something that no submission may do. code: an expression that is true where it could be done."""

    name: str
    code: str


# {…} is filled in with what was planted for this trial.
ATTEMPTS = (
    Attempt("read files of this machine", "open({secret!r}).read()"),
    Attempt("look into your home folder", "{in_home!r} & set(os.listdir({home!r}))"),
    Attempt("read the grader's environment", "{variable!r} in os.environ"),
    Attempt(
        "see other processes",
        "any({marker!r} in open(each).read() for each in glob.glob('/proc/[0-9]*/cmdline'))",
    ),
    Attempt("signal other processes", "os.kill({pid}, 0) is None"),
    Attempt("reach the network", "socket.create_connection(('127.0.0.1', {port}), timeout=2)"),
    Attempt("reach local services by name", "_abstract({abstract!r})"),
    Attempt("reach the host of a virtual machine", "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)"),
    Attempt("change installed packages", "open(numpy.__file__, 'a')"),
    Attempt("leave files for others", "open({left!r}, 'w')"),
    Attempt(
        "keep others from files", "fcntl.fcntl(open(numpy.__file__), fcntl.F_SETLEASE, fcntl.F_RDLCK) == 0"
    ),
    Attempt("move to other cores", "os.sched_setaffinity(0, os.sched_getaffinity(0)) is None"),
    Attempt("gain privileges", "int(_status('CapBnd'), 16) or _status('NoNewPrivs') != '1'"),
    Attempt("call all of the kernel", "_status('Seccomp') != '2'"),
)
# What can be done without is a little worse, not wrong.
OPTIONAL = frozenset(("call all of the kernel", "move to other cores"))
# What libseccomp alone prevents.
STOPPED_BY_SECCOMP = OPTIONAL | {"reach the host of a virtual machine", "keep others from files"}
HELPERS = """
def _status(name):
    return next(line.split()[1] for line in open('/proc/self/status') if line.startswith(name + ':'))

def _abstract(name):
    with socket.socket(socket.AF_UNIX) as end:
        return end.connect('\\0' + name) is None
"""


@dataclass(frozen=True)
class Trial:
    """What came of it.

    succeeded: for each attempt whether it could be done. refusal: why there is no wall; then nothing was
    tried.
    """

    succeeded: Mapping[str, bool]
    refusal: str = ""

    @property
    def protects(self) -> bool:
        """Whether nothing that matters could be done."""
        held = {name for name, done in self.succeeded.items() if not done}
        return not self.refusal and {attempt.name for attempt in ATTEMPTS} - OPTIONAL <= held


def try_wall(limits: Limits | None = None) -> Trial:
    """Run a process for cells as for a submission, and have it attempt everything."""
    limits = limits or Limits()
    with _planted() as planted:
        try:
            printed = _printed(limits, planted)
        except WallError as error:
            return Trial({}, error.reason)
        except (processes.StartError, processes.StoppedError) as error:
            return Trial({}, f"A process could not be run: {error or type(error).__name__}")
        succeeded = dict(json.loads(line) for line in printed.splitlines())
        # Behind a wall, a file of this name is another one.
        left = Path(planted["left"])
        succeeded["leave files for others"] = left.exists()
        left.unlink(missing_ok=True)
    return Trial(succeeded)


def _printed(limits: Limits, planted: Mapping[str, Any]) -> str:
    asks = (ASKS.format(name=attempt.name, attempt=attempt.code.format(**planted)) for attempt in ATTEMPTS)
    cell = "\n".join((PREAMBLE, HELPERS, *asks))
    ours, theirs = Link.pair()
    process = processes.start(STUDENT, theirs, {"numpy"}, limits)
    text: list[str] = []

    def take(output: Output) -> None:
        if isinstance(output, Stream):
            text.append(output.text)

    try:
        process.wait_until_begun({})
        ended = processes.run(process, Run(cell, 1), time.monotonic() + SECONDS, take)
        if not isinstance(ended, Ended) or ended.failed:
            raise processes.StartError(f"the trial failed: {ended}")
    finally:
        process.close()
        ours.close()
    return "".join(text)


@contextmanager
def _planted() -> Iterator[dict[str, Any]]:
    """Things to find: a file, a variable, a process, services that listen."""
    marker = f"trial{secrets.token_hex(16)}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trial-")))
        secret = folder / "secret"
        secret.write_text(marker, encoding="ascii")
        sleeping = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", marker])
        stack.callback(sleeping.wait)
        stack.callback(sleeping.kill)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind("\0" + marker)
        abstract.listen()
        os.environ[marker] = marker
        stack.callback(os.environ.pop, marker)
        yield {
            "secret": str(secret),
            "home": str(Path.home()),
            "in_home": _in_home(),
            "variable": marker,
            "marker": marker,
            "pid": sleeping.pid,
            "port": listener.getsockname()[1],
            "abstract": marker,
            "left": str(Path(tempfile.gettempdir()) / f"left-{marker}"),
        }


def _in_home() -> set[str]:
    """What lies in the home folder, but for what leads to the interpreter or the data."""
    home = Path.home()
    shown = [*of_python(), *of_data().values()]
    return (
        {path.name for path in home.iterdir() if not any(each.is_relative_to(path) for each in shown)}
        if home.is_dir()
        else set()
    )
