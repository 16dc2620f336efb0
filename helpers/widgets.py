"""Whether somebody watches the notebook that this runs in, and whether widgets can be shown there."""

from __future__ import annotations

import os
import sys


def is_watched() -> bool:
    """Tell whether this runs in a notebook's kernel, and not where nbgrader grades or validates."""
    # nbgrader sets this. Nobody is there to move a slider; and what runs the cells for it answers widgets
    # while it waits for the kernel, at times misses a reply, and then waits until its time is up.
    # Where IPython is not imported yet, no notebook is running; and importing it takes time.
    if "NBGRADER_EXECUTION" in os.environ or "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def widgets_work() -> bool:
    """Tell whether there is a notebook's kernel, ipywidgets, and somebody who could use them.

    Importing this loads neither.
    """
    if not is_watched():
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True
