"""Whether widgets can be shown where this runs."""

from __future__ import annotations


def widgets_work() -> bool:
    """Tell whether there is a notebook's kernel and ipywidgets; importing this loads neither."""
    try:
        import ipywidgets  # noqa: F401
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
