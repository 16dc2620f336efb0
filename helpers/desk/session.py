"""Which saved notebook this kernel runs: as JupyterLab, Notebook 7 and VS Code tell, or by its folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from helpers.two_copies import HERE as COURSE

# Set in the kernel of `course check`; names the file for what its checks say.
FRESH_RUN = "COURSE_FRESH_RUN"


def kernel_shell() -> Any:
    """The shell of the notebook kernel that this is, or None in any other process."""
    if "ipykernel" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def is_fresh_run() -> bool:
    """Whether `course check` is running this notebook."""
    return FRESH_RUN in os.environ


_found: Path | None = None


def notebook_of_session() -> Path | None:
    """The saved notebook whose cells run here; None where there is none, or nobody says which.

    While a lesson is built, compared or graded there is none. What was found once is remembered: a cell may
    change the folder of the process.
    """
    global _found
    shell = kernel_shell()
    if shell is None or is_fresh_run():
        return None
    if _found is None or not _found.is_file():
        _found = _look_for_notebook(shell)
    return _found


def not_found(otherwise: str) -> str:
    """Why there is no notebook: it was renamed while its kernel ran, or what is said otherwise."""
    said = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if kernel_shell() is None or is_fresh_run() or said.suffix != ".ipynb" or said.exists():
        return otherwise
    return (
        f"This kernel was started for {said.name}, which is no longer there. If you have renamed or moved "
        "the notebook, choose Shut Down Kernel in the Kernel menu, and run all cells again."
    )


def _look_for_notebook(shell: Any) -> Path | None:
    folder = Path.cwd().resolve()
    jupyter, code = os.environ.get("JPY_SESSION_NAME", ""), shell.user_ns.get("__vsc_ipynb_file__")
    # A program that a notebook starts inherits the variable, but works elsewhere.
    jupyter = jupyter if Path(jupyter).resolve().parent == folder else ""
    for said in (jupyter, str(code or "")):
        if said.endswith(".ipynb") and Path(said).is_file():
            return Path(said).resolve()
    there = folder / f"{folder.name}.ipynb"
    in_course = folder.parent == COURSE / "notebooks" and there.is_file()
    # Where Jupyter named a file that is gone, the notebook was renamed: another one is not it.
    return there if in_course and not jupyter.endswith(".ipynb") else None
