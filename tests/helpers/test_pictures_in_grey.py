"""No picture says anything by colour alone: printed in grey, what differs still differs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from suites.lesson_pictures import lesson_pictures
from tests.helpers.contrast import contrast

PICTURES = lesson_pictures()
# Two greys are told apart from here on, as shapes have to be from what is beside them (WCAG 2, 1.4.11).
ENOUGH = 3.0


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda: None)
    yield
    plt.close("all")


def shapes(ax: Axes) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The colour of each line, bar and group of points of an Axes, and all that tells it apart besides."""
    for line in ax.lines:
        marker = line.get_marker() if line.get_marker() not in ("None", None, "", " ") else ""
        colour = line.get_color() if line.get_linestyle() != "None" else line.get_markerfacecolor()
        yield colour, ("line", line.get_linestyle(), marker, line.get_linewidth())
    for patch in ax.patches:
        if patch.get_fill():
            yield patch.get_facecolor(), ("patch", type(patch), patch.get_hatch(), patch.get_linestyle())
        else:
            yield patch.get_edgecolor(), ("frame", type(patch), patch.get_linestyle(), patch.get_linewidth())
    for group in ax.collections:
        colours: Any = np.asarray(group.get_facecolor())
        if isinstance(group, PathCollection) and colours.size:
            vertices = np.shape(group.get_paths()[0].vertices)
            yield colours[0], ("points", vertices, *group.get_sizes()[:1])


def only_in_colour(ax: Axes) -> list[str]:
    """Pairs of shapes that only their colours tell apart, and whose greys are too close."""
    found = []
    for (one, style), (other, other_style) in combinations(shapes(ax), 2):
        if to_hex(one) != to_hex(other) and style == other_style and contrast(one, other) < ENOUGH:
            found.append(f"{style}: {to_hex(one)} and {to_hex(other)}")
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_said_by_colour_alone(name: str) -> None:
    import matplotlib.pyplot as plt

    PICTURES[name]()
    assert [each for ax in plt.gcf().axes for each in only_in_colour(ax)] == []
