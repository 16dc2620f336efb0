"""`ready_to_hand_in()`, the last cell of each lesson: look at the saved notebook and say what to fix."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from helpers.desk.session import is_fresh_run, not_found, notebook_of_session
from helpers.desk.watching import watched
from helpers.two_copies import HERE

NOT_HERE = "No saved notebook is open here. In JupyterLab this cell says whether yours is ready to hand in."
_TRAINS = re.compile(r"\.fit\(")
# The most that a cell may take where nothing trains; importing TensorFlow is the slowest of them.
SECONDS_WITHOUT_TRAINING = 60.0


def ready_to_hand_in(whole: bool | None = None) -> None:
    """Say whether the saved notebook is ready to hand in, and what to fix. Nothing in it is changed.

    whole: run the saved notebook from a fresh start. By default a notebook that trains a network is not: what
    its checks said last counts.
    """
    notebook = notebook_of_session()
    if notebook is None or is_fresh_run():
        print(not_found(NOT_HERE))
        return
    from helpers.desk.fresh_run import CELL_SECONDS
    from helpers.desk.look import look_at
    from helpers.desk.saved_notebook import CannotLookError, read_notebook

    try:
        saved = read_notebook(notebook)
        sources = {cell.id: cell.source for cell in saved.cells}
        trains = any(_TRAINS.search(source) for source in sources.values())
        if whole is None:
            whole = not trains
        unsaved = [
            number
            for number, cell in enumerate(saved.cells, 1)
            if cell.id in watched().sources and watched().sources[cell.id].strip() != cell.source.strip()
        ]
        gone = watched().sources.keys() - sources.keys()
        if unsaved or gone:
            print(_unsaved(unsaved, len(gone)))
            print()
        if whole:
            print(_from_a_fresh_start(notebook, CELL_SECONDS if trains else SECONDS_WITHOUT_TRAINING))
            return
        print(look_at(notebook, run=False, known=watched().results))
        print()
        print(
            "Nothing was trained again for this: the lines above are what the checks said last. To run the\n"
            "saved notebook from a fresh start, training included: ready_to_hand_in(whole=True)"
        )
    except CannotLookError as error:
        print(error)


def _unsaved(changed: list[int], gone: int) -> str:
    """What ran here and is not in the file."""
    if changed:
        cells = "cell " + str(changed[0]) if len(changed) == 1 else "cells " + ", ".join(map(str, changed))
        what = f"The file does not have what you last ran in {cells}."
    else:
        what = f"{gone} of the cells that you ran {'is' if gone == 1 else 'are'} not in the file."
    return f"Save the notebook first (Ctrl+S, on a Mac ⌘S), then run this cell again. {what}"


def _from_a_fresh_start(notebook: Path, cell_seconds: float) -> str:
    """What `course check` says. It runs in a process of its own: this one has an event loop at work."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "helpers.desk", "check"),
            *(f"--cell-seconds={cell_seconds:.0f}", str(notebook)),
        ],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return (done.stdout or done.stderr).rstrip()
