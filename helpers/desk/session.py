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


def notebook_of_session() -> Path | None:
    """The saved notebook whose cells run here; None where there is none, or nobody says which.

    While a lesson is built, compared or graded there is none.
    """
    shell = kernel_shell()
    if shell is None or is_fresh_run():
        return None
    folder = Path.cwd().resolve()
    jupyter, code = os.environ.get("JPY_SESSION_NAME", ""), shell.user_ns.get("__vsc_ipynb_file__")
    # A program that a notebook starts inherits the variable, but works elsewhere.
    for said in (jupyter if Path(jupyter).resolve().parent == folder else "", str(code or "")):
        if said.endswith(".ipynb") and Path(said).is_file():
            return Path(said).resolve()
    there = folder / f"{folder.name}.ipynb"
    return there if folder.parent == COURSE / "notebooks" and there.is_file() else None
