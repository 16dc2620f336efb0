"""The command line of students: `course check NOTEBOOK`."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.desk.fresh_run import CELL_SECONDS
from helpers.desk.look import look_at
from helpers.desk.report import NOT_LOOKED_AT, READY, TO_MEND, printable
from helpers.desk.saved_notebook import CannotLookError
from helpers.missing_package import in_one_sentence


def check(notebook: Path, *, as_json: bool, cell_seconds: float = CELL_SECONDS) -> int:
    """Look at a notebook, print what was found, and return the exit code."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\r" if done < total else "\r\033[K"
            print(f"Running cell {done} of {total} ..." if done < total else "", end=end, file=sys.stderr)

    try:
        report = look_at(notebook, cell_seconds=cell_seconds, on_cell=show)
    except (CannotLookError, ModuleNotFoundError) as error:
        said = in_one_sentence(error) if isinstance(error, ModuleNotFoundError) else error
        if as_json:
            print(json.dumps({"notebook": notebook.name, "ready": False, "problem": str(said)}))
        else:
            print(printable(str(said)), file=sys.stderr)
        return NOT_LOOKED_AT
    print(json.dumps(report.as_data(), indent=1) if as_json else report)
    return READY if report.is_ready else TO_MEND


def run() -> None:
    """Run the command `course` and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Windows' consoles have other encodings, which lack the signs.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments and do what they say. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="course", description="The course's tools for students.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checking = commands.add_parser(
        "check",
        help="say whether a notebook is ready to hand in",
        description=(
            "Run a notebook from a fresh start and say what to fix before you hand it in. The notebook is "
            "not changed. Exit code 0: ready; 1: something is left to do; 2: it could not be looked at."
        ),
    )
    checking.add_argument("notebook", type=Path, help="the .ipynb file that you want to hand in")
    checking.add_argument("--json", action="store_true", help="print one JSON object, for programs")
    checking.add_argument(
        "--cell-seconds",
        type=_seconds,
        default=CELL_SECONDS,
        metavar="SECONDS",
        help="the most that one cell may take (%(default).0f)",
    )
    chosen = parser.parse_args(arguments)
    try:
        return check(chosen.notebook, as_json=chosen.json, cell_seconds=chosen.cell_seconds)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 1 to 86400")
    return seconds
