"""The Axes to draw in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def require_axes(ax: object) -> None:
    """Raise ValueError unless ax is one Axes, or None for the current one."""
    from matplotlib.axes import Axes

    if ax is not None and not isinstance(ax, Axes):
        raise ValueError(
            f"ax should be one Axes, but is of type {type(ax).__name__}: pick one, for example axes[0], or "
            "leave it out."
        )


def current_axes(ax: Axes | None) -> Axes:
    """The given Axes; by default pyplot's current one."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca()
