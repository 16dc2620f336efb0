"""Widgets: whether somebody is there who could use them, and how controls are put above what they show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

# Of sliders, with room for what they are called beside them.
WIDTH = "36em"


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


def controls_above(controls: Sequence[Any], show: Callable[[], None], instead: str) -> Any:
    """Put ipywidgets' controls above what `show` prints and draws, now and after each change of one of them.

    instead: what a page without a kernel shows in place of this. Returns the widget.
    """
    import ipywidgets

    class Controls(ipywidgets.VBox):  # type: ignore[misc]
        def _repr_mimebundle_(self, **options: Any) -> Any:
            return {**super()._repr_mimebundle_(**options), "text/plain": instead}

    output = ipywidgets.Output()

    def update(_change: Any = None) -> None:
        output.clear_output(wait=True)
        with output:
            show()

    for control in controls:
        control.observe(update, names="value")
    update()
    return Controls([*controls, output])
