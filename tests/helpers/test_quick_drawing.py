"""Pictures that are drawn quickly look as they always do, in a notebook as well."""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt
from IPython.core.pylabtools import print_figure
from matplotlib.lines import Line2D
from PIL import Image

from helpers.quick_drawing import as_png
from suites.lesson_pictures import lesson_pictures
from tests.helpers.kernels import run_in_kernel

INLINE = partial(print_figure, fmt="png", base64=True, bbox_inches="tight")


@pytest.fixture(autouse=True)
def _no_figures_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plt, "show", lambda: None)
    yield
    plt.close("all")


def pixels(png: str) -> np.ndarray:
    with Image.open(BytesIO(base64.b64decode(png))) as image:
        return np.asarray(image)


def walks(figure: Any) -> list[Any]:
    """A list that grows whenever the figure is walked through to be drawn."""
    seen: list[Any] = []
    figure.canvas.mpl_connect("draw_event", seen.append)
    return seen


@pytest.mark.parametrize("name", lesson_pictures())
def test_a_quick_picture_has_the_pixels_of_the_ordinary_one(name: str) -> None:
    draw = lesson_pictures()[name]
    draw()
    quick_walks = walks(plt.gcf())
    quick = pixels(as_png(plt.gcf(), INLINE))
    assert len(quick_walks) == 1
    plt.close("all")
    draw()
    np.testing.assert_array_equal(quick, pixels(INLINE(plt.gcf())))


def test_each_picture_that_a_lesson_draws_with_helpers_is_among_them() -> None:
    drawn, own = set(), set()
    for path in Path("source").glob("*/*.py"):
        text = path.read_text()
        own.update(re.findall(r"^ *def (\w+)\(", text, re.MULTILINE))
        drawn.update(
            re.findall(r"^ *(?:picture = pictures\.|)((?:draw|show|plot)_\w+)\(", text, re.MULTILINE)
        )
    known = set(re.findall(r"(?:draw|show|plot)_\w+", " ".join(lesson_pictures())))
    # That one draws what lies in a student's folder.
    assert drawn - own - known == {"show_progress"}


def test_a_picture_is_laid_out_afresh_after_a_change() -> None:
    def drawn(changed_first: bool) -> np.ndarray:
        figure, ax = plt.subplots(layout="constrained")
        if not changed_first:
            as_png(figure, INLINE)
        ax.set(title="$x^2$", xlabel="two\nlines", xlim=(0, 1e6))
        return pixels(as_png(figure, INLINE))

    np.testing.assert_array_equal(drawn(True), drawn(False))


def test_a_warning_comes_as_it_always_does() -> None:
    figure, ax = plt.subplots()
    ax.set_title("no glyph: \U000f0000")
    with pytest.warns(UserWarning, match="Glyph") as quick:
        as_png(figure, INLINE)
    with pytest.warns(UserWarning, match="Glyph") as ordinary:
        INLINE(figure)
    assert [each.filename for each in quick] == [each.filename for each in ordinary]


def test_an_error_comes_as_it_always_does_and_the_figure_can_be_mended() -> None:
    figure, ax = plt.subplots(layout="constrained")
    engine = figure.get_layout_engine()
    ax.set_title(r"$\frac{1$")
    with pytest.raises(ValueError, match="frac"):
        as_png(figure, INLINE)
    assert figure.get_layout_engine() is engine
    ax.set_title("mended")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pixels(as_png(figure, INLINE)).size


class MovingLine(Line2D):
    """Moves each time it is drawn."""

    def draw(self, renderer: Any) -> None:
        self.set_ydata(np.asarray(self.get_ydata()) + 1)
        super().draw(renderer)


def test_objects_of_one_s_own_are_drawn_in_the_ordinary_way() -> None:
    figure, ax = plt.subplots()
    line = MovingLine([0, 1], [0, 1])
    ax.add_line(line)
    as_png(figure, INLINE)
    assert list(np.asarray(line.get_ydata())) == [2, 3]


@pytest.mark.parametrize(
    "draw",
    [partial(INLINE, bbox_inches=None), partial(INLINE, facecolor="red"), lambda figure: ("png", figure)],
)
def test_other_ways_to_print_a_figure_are_left_alone(draw: Any) -> None:
    figure, _ = plt.subplots()
    as_drawn, expected = as_png(figure, draw), draw(figure)
    assert as_drawn == expected


def test_a_notebook_draws_a_picture_once_and_what_is_not_the_course_s_as_ever() -> None:
    notebook = run_in_kernel(
        "import matplotlib.pyplot as plt\n"
        "from helpers.lessons.neurons import pictures as neurons\n"
        "def count(figure):\n"
        "    figure.canvas.mpl_connect('draw_event', lambda _event: walks.append(1))\n"
        "walks = []",
        "picture = neurons.draw_network([2, 1])\ncount(picture.figure)",
        "print(len(walks)); walks.clear()",
        "picture = neurons.draw_network([2, 1])\ncount(picture.figure)\npicture.set_title('mine')",
        "print(len(walks)); walks.clear()",
        "plt.plot([1, 2])\ncount(plt.gcf())",
        "print(len(walks))",
    )
    shown = [[output for output in cell.outputs if "data" in output] for cell in notebook.cells]
    assert all(any("image/png" in output.data for output in shown[cell]) for cell in (1, 3, 5))
    assert "A network" in shown[1][0].metadata["image/png"]["alt"]
    # Without the course's ways: pyplot's drawing, a walk, and the drawing that is shown.
    assert [notebook.cells[cell].outputs[0].text.strip() for cell in (2, 4, 6)] == ["1", "2", "3"]
