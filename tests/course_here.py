"""Run commands of `course` in this process, which has imported all and has its warm parents: for a fifth of the time.

For tests of what a command does. Those of how it starts, how it is stopped, and of files that are the same whichever
process makes them run `course` itself: `tests.conftest.run_course`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import IO, Any, TextIO

import pytest

from tests.conftest import ROOT

# As wide as `tests.conftest.run_course` has it.
WIDTH = 250


def run_course(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a `course` command from a folder; never raises for its exit code."""
    with ExitStack() as stack:
        printed = stack.enter_context(tempfile.TemporaryFile())
        said = stack.enter_context(tempfile.TemporaryFile())
        command = [str(Path(sys.executable).parent / "course"), *map(str, arguments)]
        with _streams(printed, said), _place(command, cwd):
            code = _run()
        texts = []
        for file in (printed, said):
            file.seek(0)
            texts.append(file.read().decode())
    return subprocess.CompletedProcess(command, code, *texts)


def _run() -> int:
    """The exit code that the command line ends this process with elsewhere."""
    from grader.commands.app import run_command

    try:
        run_command()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _place(command: list[str], folder: Path) -> Iterator[None]:
    """Have a command's arguments and folder, and be as before in the end."""
    from grader.commands import display

    # A command may forbid others to read what it writes.
    umask = os.umask(0)
    os.umask(umask)
    with chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", command)
        patch.setenv("COLUMNS", str(WIDTH))
        for console in (display.console, display.errors):
            patch.setattr(console, "_width", WIDTH)
        try:
            yield
        finally:
            os.umask(umask)


@contextmanager
def _streams(printed: IO[Any], said: IO[Any]) -> Iterator[None]:
    """Have these for standard output and error, of this process and of all that it starts."""
    with ExitStack() as stack:
        for descriptor, file, redirect in ((1, printed, redirect_stdout), (2, said, redirect_stderr)):
            stream = _stream_of(descriptor)
            stream.flush()
            before = os.dup(descriptor)
            stack.callback(os.close, before)
            stack.callback(os.dup2, before, descriptor)
            os.dup2(file.fileno(), descriptor)
            text = stack.enter_context(open(descriptor, "w", encoding="utf-8", closefd=False))
            stack.enter_context(redirect(text))
        yield


def _stream_of(descriptor: int) -> TextIO:
    return sys.stdout if descriptor == 1 else sys.stderr
