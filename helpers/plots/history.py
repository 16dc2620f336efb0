"""Training curves: what `fit` recorded after each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe_axes
from helpers.appearance import BLUE, CARD, FONT_SIZE, GREEN, GREY, GRID, ORANGE, PURPLE, TEXT, dress
from helpers.plots.axes import current_axes, require_axes
from helpers.plots.samples import array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Told apart without colour by line and marker.
CURVES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, ":", "^"), (PURPLE, "-.", "D"))
# More markers on a curve would run into each other.
MOST_MARKERS = 20


def plot_history(
    history: Any,
    *,
    metrics: str | Sequence[str] | None = None,
    ax: Axes | npt.NDArray[Any] | Sequence[Axes] | None = None,
) -> Axes | npt.NDArray[Any]:
    """Draw loss, accuracy and other metrics against the epoch, each with its validation curve if it has one.

    history: what `fit` returned, or its `.history`: lists with one number for each epoch.
    metrics: which to draw, without "val_"; by default all.
    ax: by default a new figure with a panel for each metric, or the current Axes for a single metric. Else an
    Axes for each metric, or one Axes for all curves.
    Returns the Axes, for several panels as an array of shape (metrics,). Raises ValueError for unfit input.
    """
    curves = _read(history)
    chosen = _choose(curves, metrics)
    panels = _panels(ax, len(chosen))
    if len(panels) == len(chosen):
        for panel, metric in zip(panels, chosen, strict=True):
            _draw(panel, curves, [metric])
    else:
        _draw(panels[0], curves, chosen)
    return panels if len(panels) > 1 else panels[0]


def _read(history: Any) -> dict[str, npt.NDArray[np.float64]]:
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        raise ValueError(
            f"history is of type {type(history).__name__}: give what model.fit returned, or its .history."
        )
    curves = {str(name): array(values, f"history[{name!r}]") for name, values in record.items()}
    for name, values in curves.items():
        if values.ndim != 1:
            raise ValueError(
                f"history[{name!r}] has shape {values.shape}: give a number for each epoch, shape (epochs,)."
            )
    if not any(len(values) for values in curves.values()):
        raise ValueError(
            "history holds no epochs yet: train with model.fit first, and give what it returned."
        )
    if len({len(values) for values in curves.values()}) > 1:
        lengths = ", ".join(f"{name} has {len(values)}" for name, values in curves.items())
        raise ValueError(
            f"Different numbers of epochs in history: {lengths}. Give one number of each for every epoch; "
            "with validation_freq, fit leaves some out."
        )
    return {name: values.astype(np.float64) for name, values in curves.items()}


def _choose(curves: Mapping[str, Any], metrics: str | Sequence[str] | None) -> list[str]:
    present = [
        name for name in curves if name.removeprefix("val_") not in curves or not name.startswith("val_")
    ]
    if metrics is None:
        # Keras sorts them alphabetically; the loss is what training goes by.
        return sorted(present, key=lambda name: name != "loss")
    chosen = [metrics] if isinstance(metrics, str) else list(metrics)
    if not chosen:
        raise ValueError(f"metrics is empty: name some of {', '.join(present)}, or leave it out.")
    for name in chosen:
        if name not in present:
            raise ValueError(
                f"metrics asks for {name!r}, which is not in history: choose from {', '.join(present)}."
            )
    return chosen


def _panels(ax: Any, count: int) -> npt.NDArray[Any]:
    if ax is None and count > 1:
        import matplotlib.pyplot as plt

        _, axes = plt.subplots(1, count, figsize=(4.8 * count, 3.6), squeeze=False, layout="constrained")
        return np.array(axes[0])
    panels = list(np.asarray(ax, dtype=object).flat)
    for panel in panels:
        require_axes(panel)
    if len(panels) not in (1, count):
        raise ValueError(
            f"ax holds {len(panels)} Axes for {count} metrics: give one for each, or one for all."
        )
    return np.array([current_axes(panel) for panel in panels], dtype=object)


def _draw(ax: Axes, curves: Mapping[str, npt.NDArray[np.float64]], metrics: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator

    dress(ax)
    names = [name for metric in metrics for name in (metric, f"val_{metric}") if name in curves]
    for name, (color, line, marker) in zip(names, cycle(CURVES), strict=False):
        values = curves[name]
        ax.plot(
            np.arange(1, len(values) + 1),
            np.where(np.isfinite(values), values, np.nan),
            color=color,
            linestyle=line,
            marker=marker,
            markersize=4.5,
            markevery=-(-len(values) // MOST_MARKERS),
            label=_describe(name, values),
        )
    ax.set(xlabel="epoch", ylabel=", ".join(metrics))
    # From the longest curve there: its values may be nan, which limits ignore.
    last = max(int(np.max(line.get_xdata())) for line in ax.lines)
    room = max(0.5, 0.03 * last)
    ax.set_xlim(1 - room, last + room)
    ticks = MaxNLocator(integer=True, steps=[1, 2, 5, 10]).tick_values(1 - 1e-3, last)
    ax.set_xticks([tick for tick in ticks if 1 <= tick <= last])
    accuracies = all("acc" in metric for metric in metrics)
    if accuracies:
        ax.set_ylim(0, 1)
    elif all(np.nanmin(curves[name], initial=0) >= 0 for name in names):
        ax.set_ylim(bottom=0)
    ax.grid(True, axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    # Accuracies gather at the top, where the place that Matplotlib finds best touches them.
    ax.legend(
        loc="lower right" if accuracies else "best",
        fontsize=FONT_SIZE,
        labelcolor=TEXT,
        facecolor=CARD,
        edgecolor=GREY,
        framealpha=0.9,
    )
    ends = "; ".join(
        f"{_describe(name, curves[name])} from {curves[name][0]:.3g} to {curves[name][-1]:.3g}"
        for name in names
    )
    describe_axes(ax, f"{', '.join(metrics)} against the epoch, 1 to {last}: {ends}.")


def _describe(name: str, values: npt.NDArray[np.float64]) -> str:
    description = f"{name} ({'validation' if name.startswith('val_') else 'training'} data)"
    broken = np.flatnonzero(~np.isfinite(values))
    if len(broken):
        description += f", {values[broken[0]]:g} from epoch {broken[0] + 1}"
    return description
