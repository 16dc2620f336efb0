"""`course doctor`: what this machine protects against, by trying it."""

from __future__ import annotations

import shutil
import subprocess
import sys

from rich.table import Table

from grader.commands import display
from grader.executor.trial import OPTIONAL, STOPPED_BY_SECCOMP, try_wall
from grader.wall.system_calls import compiled


def examine() -> bool:
    """Try the wall and show what came of it. Returns whether submissions can be graded safely here."""
    trial = try_wall()
    table = Table(title="Can a submission …")
    for heading in ("attempt", "", "what to do"):
        table.add_column(heading, overflow="fold")
    for name, done in trial.succeeded.items():
        colour = "green" if not done else "yellow" if name in OPTIONAL else "red"
        mark = f"[{colour}]{'yes' if done else 'no'}[/{colour}]"
        table.add_row(f"{name}?", mark, _advice(name) if done else "")
    display.console.print(table)
    display.note(f"Python {sys.version.split()[0]}, {_bubblewrap()}, libseccomp {_seccomp()}")
    if trial.refusal:
        display.problem(f"There is no wall here. {trial.refusal}")
        if shutil.which("bwrap"):
            display.problem(
                "Bubblewrap needs user namespaces. Ubuntu, from 24.04 on, allows them only with an AppArmor "
                "profile for bwrap; in a container, its runtime has to allow them."
            )
    elif trial.protects:
        display.note("Submissions are graded behind a wall that holds.")
    else:
        display.problem("The wall does not hold here: grade on another machine, and report this one.")
    return trial.protects


def _advice(name: str) -> str:
    if name in STOPPED_BY_SECCOMP and not compiled():
        return "apt-get install libseccomp2"
    return "do not grade here"


def _bubblewrap() -> str:
    program = shutil.which("bwrap")
    if program is None:
        return "no bubblewrap"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "bubblewrap"


def _seccomp() -> str:
    return "found" if compiled() else "missing"
