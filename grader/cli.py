"""Where `course` begins: what takes longest to start is started before the command line is read."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["grade"]:
        from grader.executor.warm import PARENTS

        PARENTS.start_early()
    from grader.commands import run

    run()
