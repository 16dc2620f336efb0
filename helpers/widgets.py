"""Whether widgets can be shown where this runs."""

from __future__ import annotations

import os


def widgets_work() -> bool:
    """Tell whether there is a notebook's kernel, ipywidgets, and somebody who could use them.

    Importing this loads neither.
    """
    # nbgrader sets this where it grades or validates. Nobody is there to move a slider; and what runs the
    # cells for it answers widgets while it waits for the kernel, at times misses a reply, and then waits
    # until its time is up.
    if "NBGRADER_EXECUTION" in os.environ:
        return False
    try:
        import ipywidgets  # noqa: F401
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
