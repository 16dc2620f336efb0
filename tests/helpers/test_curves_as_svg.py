"""Training curves as SVG: what is drawn, what is said, and numbers that cannot be drawn."""

from __future__ import annotations

import time
from typing import Any
from xml.etree import ElementTree

import pytest

from helpers.appearance import BLUE, CARD, ORANGE
from helpers.curves_as_svg import MOST_PANELS, curves_as_svg, words_for

NAN, INF = float("nan"), float("inf")
CURVES = {
    "accuracy": [(1, 0.5), (2, 0.75)],
    "loss": [(1, 2.0), (2, 0.25)],
    "val_loss": [(1, 1.0), (2, 0.5)],
}


def drawn(curves: Any, last: int = 2, title: str = "Title") -> ElementTree.Element:
    return ElementTree.fromstring(curves_as_svg(title, curves, last))


def parts(picture: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return list(picture.iter(f"{{http://www.w3.org/2000/svg}}{name}"))


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in parts(picture, "text")]


def test_a_panel_for_each_metric_the_loss_first_with_its_last_values() -> None:
    picture = drawn(CURVES)
    said = [text for text in texts(picture) if not text.replace(".", "").isdigit()]
    assert said == [
        "Title", "loss", "epoch", "training: 0.250", "validation: 0.500", "accuracy", "epoch", "training: 0.750",
    ]  # fmt: skip
    # Apart without colour: by dashes and by marks.
    colours = [(path.get("stroke"), path.get("stroke-dasharray")) for path in parts(picture, "path")]
    assert colours == [(BLUE, "none"), (ORANGE, "6 4"), (BLUE, "none")]
    assert {mark.get("fill") for mark in parts(picture, "circle")} == {BLUE}
    assert {mark.get("fill") for mark in parts(picture, "rect")} == {CARD, ORANGE}


def test_curves_are_drawn_to_scale() -> None:
    (path,) = parts(drawn({"accuracy": [(1, 0.0), (2, 1.0), (3, 0.5)]}, 3), "path")
    (x1, low), (x2, high), (x3, middle) = (
        map(float, point.split()) for point in str(path.get("d"))[1:].split("L")
    )
    assert high < middle < low
    assert middle == pytest.approx((low + high) / 2, abs=0.1)
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2)


def test_a_curve_is_broken_where_it_is_not_a_number_and_the_picture_says_from_when() -> None:
    loss = [(1, 2.0), (2, 3.0), (3, NAN), (4, 2.5), (5, INF)]
    picture = drawn({"loss": loss}, 5)
    (path,) = parts(picture, "path")
    assert str(path.get("d")).count("M") == 1
    # The lone point after the gap has its mark as well, and the legend one.
    assert len(parts(picture, "circle")) == 4
    assert "training: nan from epoch 3" in texts(picture)
    assert (
        words_for("Done", {"loss": loss}) == "Done: loss on training data from 2 to inf (nan from epoch 3)."
    )


@pytest.mark.parametrize(
    "values",
    [
        [NAN, NAN],
        [0.0, 0.0],
        [1e300, -1e300],
        [1e-320, 0.0],
        [7.0, 7.0],
        [-3.0, -2.0],
        [1.0, 1 + 1e-15],
        [5.0],
    ],
)
def test_all_numbers_make_a_picture_within_its_frame(values: list[float]) -> None:
    points = list(enumerate(values, start=1))
    picture = drawn({"loss": points, "accuracy": points, "val_loss": points}, len(points))
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for circle in parts(picture, "circle"):
        assert 0 < float(circle.get("cx", 0)) < width
        assert 0 < float(circle.get("cy", 0)) < height


def test_names_of_metrics_are_text_and_cut() -> None:
    picture = drawn({'<b>&"\x00\n' + 100 * "x": [(1, 0.5)]}, 1, title="<script>")
    assert texts(picture)[0] == "<script>"
    name = max(texts(picture), key=len)
    assert name.startswith('<b>&"??x')
    assert name.endswith("x…")
    assert len(name) == 40


def test_no_more_panels_than_fit_onto_a_screen() -> None:
    many = {f"metric_{i}": [(1, 0.5)] for i in range(20)}
    assert texts(drawn(many, 1)).count("epoch") == MOST_PANELS


def test_before_the_first_epoch_there_is_room_for_the_curves() -> None:
    begun, done = drawn({}, 0), drawn(CURVES)
    assert (begun.get("width"), begun.get("height")) == (done.get("width"), done.get("height"))
    assert words_for("The training has begun", {}) == "The training has begun."


def test_a_long_training_is_small_and_quick_to_draw_and_keeps_its_peaks() -> None:
    loss = [(epoch, 1.0) for epoch in range(1, 20_001)]
    loss[12_345] = (12_346, 9.0)
    started = time.process_time()
    picture = curves_as_svg("Long", {"loss": loss}, 20_000)
    assert time.process_time() - started < 0.2
    assert len(picture) < 20_000
    (path,) = parts(ElementTree.fromstring(picture), "path")
    heights = [float(point.split()[1]) for point in str(path.get("d"))[1:].split("L")]
    assert heights.count(min(heights)) == 1
    assert min(heights) < max(heights) - 100
