"""A course that was unpacked twice: a notebook of one copy that runs with the helpers of the other."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


class TwoCopiesWarning(UserWarning):
    """The notebook and `helpers` are from two copies of the course, which may differ."""


def warn_of_two_copies() -> None:
    """Warn, in a notebook, where its folder is in another copy of the course than this one."""
    if "ipykernel" not in sys.modules:
        return
    other = copy_around(Path.cwd())
    if other not in (None, HERE):
        warnings.warn(
            f"This notebook is in {other}, but the course is installed from another copy, in {HERE}. Work "
            "with the notebooks there, or install this copy as its START.html says, and restart the kernel.",
            TwoCopiesWarning,
            stacklevel=3,
        )


def copy_around(folder: Path) -> Path | None:
    """The nearest folder at or above this one that holds a copy of the course."""
    for each in (folder, *folder.parents):
        if (each / "helpers" / Path(__file__).name).is_file() and (each / "notebooks").is_dir():
            return each.resolve()
    return None
