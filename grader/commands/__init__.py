"""The command line, `course`; the only room that prints. It starts here, and ends here."""

from __future__ import annotations

import gc
import io
import sys

# Of a hundred thousand objects that a command makes, nearly all stay to its end.
OBJECTS_BETWEEN_COLLECTIONS = 100_000
# A thread that has a message to pass on must not wait long for one that imports a large library.
SECONDS_BETWEEN_THREADS = 0.0002
NO_WALL = "--no-wall"
# What begins to grade on other machines, or only says how to.
NEEDS_NO_PARENT = ("--help", "--scheduler")
# What is said after a Ctrl-C, and the exit code that shells know it by.
STOPPED, STOPPED_CODE = "Stopped. What was finished before is kept.", 130


def run() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows few characters shows others as question marks.
            stream.reconfigure(errors="replace")
    try:
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
        sys.setswitchinterval(SECONDS_BETWEEN_THREADS)
        if sys.argv[1:2] == ["grade"] and not any(each.startswith(NEEDS_NO_PARENT) for each in sys.argv):
            from grader.executor.warm import PARENTS, Outer

            # They take longer to start than the command line takes to be read.
            PARENTS.start_early(Outer(is_walled=NO_WALL not in sys.argv))
        from grader.commands.quick_imports import leave_out_what_is_slow

        leave_out_what_is_slow()
        from grader.commands.app import run_command

        run_command()
    except KeyboardInterrupt:
        # What shows errors may not be imported yet.
        sys.stderr.write(f"{STOPPED}\n")
        raise SystemExit(STOPPED_CODE) from None
    finally:
        # Python would go through all objects once more as it ends, which takes some tenths of a second.
        gc.freeze()
