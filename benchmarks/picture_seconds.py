"""What each picture of a lesson costs in a notebook: as Matplotlib draws it, and as `helpers` have it drawn.

python -m benchmarks.picture_seconds [--rounds N] [NAME ...]

CPU seconds from calling the function to the PNG, both ways in turns after a first picture of each. As
Matplotlib does it, pyplot draws the figure at the end of the cell, and the inline backend lays it out again,
walks through it, and draws it. Exits with 1 when a picture takes longer than 0.15 s.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, Any

import matplotlib
from rich.console import Console
from rich.table import Table

from benchmarks.options import parser_of
from helpers.quick_drawing import as_png
from suites.lesson_pictures import lesson_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIMIT_SECONDS = 0.15


def main() -> None:
    """Time every picture, or those whose names contain one of the words given."""
    parser = parser_of(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    matplotlib.use("agg")
    table = Table("CPU seconds", "Axes", "Matplotlib", "helpers", "ratio")
    slow = []
    for name, draw in lesson_pictures().items():
        if options.names and not any(word in name for word in options.names):
            continue
        axes, ordinary, quick = _both(draw, options.rounds)
        if quick > LIMIT_SECONDS:
            slow.append(name)
        table.add_row(name, str(axes), f"{ordinary:.3f}", f"{quick:.3f}", f"{ordinary / quick:.1f}")
    console = Console()
    console.print(table)
    console.print(f"Over {LIMIT_SECONDS} s: {', '.join(slow) or 'none'}.")
    raise SystemExit(1 if slow else 0)


def _both(draw: Callable[[], Any], rounds: int) -> tuple[int, float, float]:
    """How many Axes a picture has, and the medians of what it takes the ordinary way and the quick one."""
    seconds: dict[Callable[..., Any], list[float]] = {_ordinary: [], _quick: []}
    axes = 0
    for print_picture in seconds:
        axes, _ = _timed(draw, print_picture)
    for _ in range(rounds):
        for print_picture, taken in seconds.items():
            taken.append(_timed(draw, print_picture)[1])
    ordinary, quick = (statistics.median(taken) for taken in seconds.values())
    return axes, ordinary, quick


def _timed(draw: Callable[[], Any], print_picture: Callable[[Figure, bool], Any]) -> tuple[int, float]:
    """How many Axes a picture has, and the CPU seconds that it takes."""
    import matplotlib.pyplot as plt

    shown: list[Figure] = []
    kept: Any = plt
    show, kept.show = plt.show, lambda: shown.append(plt.gcf())
    try:
        started = time.process_time()
        with redirect_stdout(StringIO()):
            draw()
        print_picture(plt.gcf(), bool(shown))
        return len(plt.gcf().axes), time.process_time() - started
    finally:
        kept.show = show
        plt.close("all")


def _inline() -> Any:
    """What the inline backend prints figures with."""
    from IPython.core.pylabtools import print_figure

    return partial(print_figure, fmt="png", base64=True, bbox_inches="tight")


def _ordinary(figure: Figure, shown: bool) -> None:
    # What was not shown within the cell, pyplot draws at its end.
    if not shown:
        figure.canvas.draw()
    _inline()(figure)


def _quick(figure: Figure, _shown: bool) -> None:
    as_png(figure, _inline())


if __name__ == "__main__":
    main()
