"""The report's pictures: SVG made of numbers alone, with patterns where colours tell things apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from grader.desk.report.statistics import Counted, Spread

BINS = 10
# What a histogram measures, in its own units.
WIDTH, HEIGHT, LEFT, TOP, FLOOR = 240, 120, 6, 16, 98


def bar(counted: Counted) -> Markup:
    """The shares of one exercise as one bar: right, part, wrong, not attempted, waiting."""
    parts = (
        ("right", counted.right),
        ("part", counted.part),
        ("wrong", counted.wrong),
        ("untouched", counted.untouched),
        ("waiting", len(counted.waiting)),
    )
    drawn, start = [], 0.0
    for kind, number in parts:
        width = 100 * number / counted.all if counted.all else 0.0
        if width:
            drawn.append(
                f'<rect class="{kind}" x="{start:.2f}%" y="0" width="{width:.2f}%" height="100%"></rect>'
            )
        start += width
    return _svg("bar", "", "".join(drawn))


def histogram(shares: Sequence[float], name: str) -> Markup:
    """How many students have which share of the points, in tenths."""
    counts = [0] * BINS
    for share in shares:
        counts[min(int(share * BINS + 1e-9), BINS - 1)] += 1
    highest = max(counts) or 1
    step = (WIDTH - 2 * LEFT) / BINS
    drawn = []
    for place, count in enumerate(counts):
        height = (FLOOR - TOP) * count / highest
        x, y = LEFT + place * step, FLOOR - height
        if count:
            drawn.append(
                f'<rect class="column" x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" '
                f'height="{height:.1f}" rx="1.5"></rect>'
                f'<text class="count" x="{x + step / 2:.1f}" y="{y - 3:.1f}">{count}</text>'
            )
    drawn.append(f'<path class="axis" d="M{LEFT} {FLOOR + 0.5}H{WIDTH - LEFT}"></path>')
    for share in (0, 50, 100):
        x = LEFT + (WIDTH - 2 * LEFT) * share / 100
        end = "start" if share == 0 else "end" if share == 100 else "middle"
        drawn.append(f'<text class="tick {end}" x="{x:.1f}" y="{FLOOR + 14}">{share} %</text>')
    said = ", ".join(f"{count} from {10 * place} %" for place, count in enumerate(counts) if count)
    label = f"{name}: students by share of the points: {said}"
    return _svg("histogram", label, "".join(drawn), f"0 0 {WIDTH} {HEIGHT}")


def strip(seconds: Spread, shortest: float, longest: float) -> Markup:
    """Seconds of one lesson on a logarithmic axis: a line for all, a box for the half in the middle.

    shortest, longest: of all lessons, where the axis begins and ends.
    """

    def place(value: float) -> float:
        low, high = math.log(max(shortest, 0.01)), math.log(max(longest, 0.02))
        return 1 + 98 * (math.log(max(value, 0.01)) - low) / ((high - low) or 1)

    left, low, middle, high, right = map(
        place, (seconds.shortest, seconds.low, seconds.median, seconds.high, seconds.longest)
    )
    return _svg(
        "strip",
        "",
        f'<line class="whisker" x1="{left:.1f}%" x2="{right:.1f}%" y1="50%" y2="50%"></line>'
        f'<rect class="box" x="{low:.1f}%" y="20%" width="{max(high - low, 0.5):.1f}%" height="60%"></rect>'
        f'<line class="median" x1="{middle:.1f}%" x2="{middle:.1f}%" y1="10%" y2="90%"></line>',
    )


def _svg(kind: str, label: str, drawn: str, view: str = "") -> Markup:
    """label: what it shows, "" where numbers beside it say the same."""
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    box = Markup(' viewBox="{}"').format(view) if view else ""
    return Markup('<svg class="{}" {}{} focusable="false">{}</svg>').format(kind, role, box, Markup(drawn))
