import base64
import functools
import io
import json
import os
import subprocess
import sys

import jupytext
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import patheffects, ticker
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.transforms import Affine2D
from PIL import Image

from grader.executor.fingerprint import fingerprint
from grader.executor.pictures import warm
from tests.grader.executor.cells import run_all

OPTIONS = {"fmt": "png", "base64": True, "bbox_inches": "tight"}


def lines():
    figure = plt.figure(figsize=(4, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot([1.0, 2.0, 4.0], [0.1, 0.7, 0.3], "o--", label="first")
    left.set(title="title", xlabel="x", ylabel="y")
    left.legend()
    left.grid(True)
    left.axhline(0.5)
    right.plot([1.0, 2.0], [3.0, 1.0])
    right.twinx().plot([1.0, 2.0], [10.0, 20.0])
    figure.suptitle("all")
    return figure


def shapes():
    figure = plt.figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.bar(["a", "b"], [1.0, 2.0], hatch="/")
    ax.scatter([0.1, 0.2, 0.3], [1.0, 2.0, 1.5], c=[1.0, 2.0, 3.0], s=[10.0, 20.0, 30.0])
    ax.fill_between([0.0, 1.0], [0.0, 1.0], alpha=0.3)
    ax.annotate("here", (0.5, 0.5), (0.7, 0.9), arrowprops={"arrowstyle": "->"}, bbox={"boxstyle": "round"})
    ax.text(0.2, 0.2, r"$\frac{1}{2}$")
    ax.inset_axes((0.6, 0.6, 0.3, 0.3)).plot([0.0, 1.0])
    ax.errorbar([0.0, 1.0], [1.0, 2.0], yerr=0.1)
    ax.quiver([0.0], [0.0], [1.0], [1.0])
    return figure


def images():
    figure = plt.figure(figsize=(4, 3), layout="constrained")
    left, right = figure.subfigures(1, 2)
    ax = left.subplots()
    figure.colorbar(ax.imshow(np.arange(6.0).reshape(2, 3)), ax=ax, label="value")
    other = right.subplots()
    other.contour(np.arange(9.0).reshape(3, 3) ** 2)
    other.pcolormesh(np.arange(4.0).reshape(2, 2), alpha=0.5)
    return figure


MAKERS = {maker.__name__: maker for maker in (lines, shapes, images)}


def line(figure):
    return figure.axes[0].lines[0]


def image(figure):
    return figure.axes[0].images[0]


def legend(figure):
    return figure.axes[0].get_legend()


def dots(figure):
    return figure.axes[0].collections[0]


def bar(figure):
    return figure.axes[0].patches[0]


def note(figure):
    return figure.axes[0].texts[0]


def share(figure):
    figure.axes[1].sharex(figure.axes[0])


def with_setting(name, value):
    def change(_figure):
        plt.rcParams[name] = value

    return change


CHANGES = {
    "lines": {
        "data": lambda figure: line(figure).set_ydata([0.1, 0.7, 0.3001]),
        "data, more": lambda figure: line(figure).set_data([1.0, 2.0], [0.1, 0.7]),
        "colour": lambda figure: line(figure).set_color("red"),
        "width": lambda figure: line(figure).set_linewidth(1.6),
        "dashes": lambda figure: line(figure).set_linestyle(":"),
        "dash pattern": lambda figure: line(figure).set_dashes([3, 2]),
        "marker": lambda figure: line(figure).set_marker("s"),
        "marker's size": lambda figure: line(figure).set_markersize(7),
        "marker's face": lambda figure: line(figure).set_markerfacecolor("white"),
        "every second marker": lambda figure: line(figure).set_markevery(2),
        "markers from one on": lambda figure: line(figure).set_markevery((1, 2)),
        "alpha": lambda figure: line(figure).set_alpha(0.9),
        "order": lambda figure: line(figure).set_zorder(9),
        "visible": lambda figure: line(figure).set_visible(False),
        "clipping": lambda figure: line(figure).set_clip_on(False),
        "transform": lambda figure: line(figure).set_transform(
            Affine2D().scale(2) + figure.axes[0].transData
        ),
        "snapping": lambda figure: line(figure).set_snap(True),
        "steps": lambda figure: line(figure).set_drawstyle("steps"),
        "sketch": lambda figure: line(figure).set_sketch_params(1),
        "cap": lambda figure: line(figure).set_dash_capstyle("round"),
        "rasterized": lambda figure: line(figure).set_rasterized(True),
        "title": lambda figure: figure.axes[0].set_title("Title"),
        "title's place": lambda figure: figure.axes[0].set_title("title", loc="left"),
        "title's size": lambda figure: figure.axes[0].title.set_fontsize(13),
        "title's font": lambda figure: figure.axes[0].title.set_fontfamily("monospace"),
        "title's colour": lambda figure: figure.axes[0].title.set_color("red"),
        "title's angle": lambda figure: figure.axes[0].title.set_rotation(1),
        "label": lambda figure: figure.axes[0].set_xlabel("X"),
        "label's distance": lambda figure: figure.axes[0].set_ylabel("y", labelpad=9),
        "suptitle": lambda figure: figure.suptitle("ALL"),
        "limits": lambda figure: figure.axes[0].set_xlim(0, 5),
        "limits turned": lambda figure: figure.axes[0].invert_yaxis(),
        "margins": lambda figure: figure.axes[0].margins(0.2),
        "scale": lambda figure: figure.axes[0].set_yscale("log"),
        "aspect": lambda figure: figure.axes[0].set_aspect("equal"),
        "shared": share,
        "ticks": lambda figure: figure.axes[0].set_xticks([1, 2]),
        "tick labels": lambda figure: figure.axes[0].set_xticks([1, 2], ["a", "b"]),
        "tick length": lambda figure: figure.axes[0].tick_params(length=9),
        "minor ticks": lambda figure: figure.axes[0].minorticks_on(),
        "locator": lambda figure: figure.axes[0].xaxis.set_major_locator(ticker.MultipleLocator(0.5)),
        "formatter": lambda figure: figure.axes[0].xaxis.set_major_formatter("{x:.3f}"),
        "formatter of one's own": lambda figure: figure.axes[0].xaxis.set_major_formatter(lambda *_: "?"),
        "offset": lambda figure: figure.axes[0].ticklabel_format(style="sci", scilimits=(0, 0)),
        "grid": lambda figure: figure.axes[0].grid(False),
        "grid's colour": lambda figure: figure.axes[0].grid(color="red"),
        "spine": lambda figure: figure.axes[0].spines["top"].set_visible(False),
        "spine's place": lambda figure: figure.axes[0].spines["left"].set_position(("axes", 0.1)),
        "axis off": lambda figure: figure.axes[0].axis("off"),
        "background": lambda figure: figure.axes[0].set_facecolor("yellow"),
        "grid above": lambda figure: figure.axes[0].set_axisbelow(False),
        "legend": lambda figure: legend(figure).get_texts()[0].set_text("1st"),
        "legend's place": lambda figure: legend(figure).set_loc("lower left"),
        "legend's frame": lambda figure: legend(figure).set_frame_on(False),
        "legend of the figure": lambda figure: figure.legend(loc="outside right"),
        "place": lambda figure: figure.axes[0].set_position((0.1, 0.1, 0.5, 0.5)),
        "twin's data": lambda figure: figure.axes[2].lines[0].set_ydata([10, 21]),
        "one Axes less": lambda figure: figure.delaxes(figure.axes[1]),
        "one line more": lambda figure: figure.axes[0].add_line(Line2D([1, 2], [0, 1])),
        "figure's size": lambda figure: figure.set_size_inches(4, 3.01),
        "figure's dpi": lambda figure: figure.set_dpi(101),
        "figure's colour": lambda figure: figure.set_facecolor("pink"),
        "layout": lambda figure: figure.set_layout_engine("tight"),
        "layout's pads": lambda figure: figure.get_layout_engine().set(w_pad=0.5),
        "no layout": lambda figure: figure.set_layout_engine("none"),
        "aligned labels": lambda figure: figure.align_ylabels(),
        "setting for paths": with_setting("path.simplify", False),
        "setting for text": with_setting("text.hinting", "none"),
        "setting for saving": with_setting("savefig.pad_inches", 0.2),
        "line of a class of one's own": lambda figure: figure.axes[0].add_line(OwnLine([1, 2], [0, 1])),
        "method of one's own": lambda figure: setattr(line(figure), "draw", lambda _renderer: None),
        "path effects": lambda figure: line(figure).set_path_effects([patheffects.withStroke()]),
        "filter": lambda figure: line(figure).set_agg_filter(lambda array, _dpi: (array, 0, 0)),
        "call when drawn": lambda figure: figure.canvas.mpl_connect("draw_event", print),
        "call when limits change": lambda figure: figure.axes[0].callbacks.connect("xlim_changed", print),
    },
    "shapes": {
        "bar's height": lambda figure: bar(figure).set_height(1.1),
        "bar's colour": lambda figure: bar(figure).set_facecolor("red"),
        "bar's edge": lambda figure: bar(figure).set_edgecolor("red"),
        "bar's hatch": lambda figure: bar(figure).set_hatch("x"),
        "bar's angle": lambda figure: bar(figure).set_angle(3),
        "dots' places": lambda figure: dots(figure).set_offsets([[0.1, 1], [0.2, 2], [0.3, 1.6]]),
        "dots' sizes": lambda figure: dots(figure).set_sizes([10, 20, 31]),
        "dots' values": lambda figure: dots(figure).set_array(np.array([1.0, 2.5, 3.0])),
        "dots' colours": lambda figure: dots(figure).set_cmap("plasma"),
        "dots' edges": lambda figure: dots(figure).set_edgecolor("black"),
        "dots' widths": lambda figure: dots(figure).set_linewidth(2),
        "area": lambda figure: figure.axes[0].collections[1].set_alpha(0.4),
        "note's text": lambda figure: note(figure).set_text("there"),
        "note's point": lambda figure: setattr(note(figure), "xy", (0.5, 0.6)),
        "note's place": lambda figure: note(figure).set_position((0.7, 0.8)),
        "note's arrow": lambda figure: note(figure).arrow_patch.set_arrowstyle("-|>"),
        "note's bend": lambda figure: note(figure).arrow_patch.set_connectionstyle("arc3,rad=0.2"),
        "note's box": lambda figure: note(figure).get_bbox_patch().set_boxstyle("square"),
        "formula": lambda figure: figure.axes[0].texts[1].set_text(r"$\frac{1}{3}$"),
        "formula as text": lambda figure: figure.axes[0].texts[1].set_parse_math(False),
        "alignment": lambda figure: figure.axes[0].texts[1].set_ha("right"),
        "inset's data": lambda figure: figure.axes[0].child_axes[0].lines[0].set_ydata([0, 2]),
        "error bar": lambda figure: figure.axes[0].containers[1].lines[2][0].set_color("red"),
        "arrow": lambda figure: figure.axes[0].collections[-1].set_UVC([1.0], [1.1]),
    },
    "images": {
        "value": lambda figure: image(figure).set_data(np.arange(6.0).reshape(2, 3)[::-1]),
        "colours": lambda figure: image(figure).set_cmap("gray"),
        "range": lambda figure: image(figure).set_clim(0, 6),
        "norm": lambda figure: image(figure).set_norm(LogNorm(1, 6)),
        "norm that clips": lambda figure: image(figure).set_norm(Normalize(0, 5, clip=True)),
        "interpolation": lambda figure: image(figure).set_interpolation("bilinear"),
        "extent": lambda figure: image(figure).set_extent((0, 1, 0, 1)),
        "opacity": lambda figure: image(figure).set_alpha(0.5),
        "bar's label": lambda figure: image(figure).colorbar.set_label("VALUE"),
        "bar's ticks": lambda figure: image(figure).colorbar.set_ticks([0, 5]),
        "contour": lambda figure: figure.axes[2].collections[0].set_linewidth(3),
        "mesh": lambda figure: figure.axes[2].collections[1].set_array(np.arange(4.0)[::-1].reshape(2, 2)),
        "title of a part": lambda figure: figure.subfigs[1].suptitle("part"),
        "colour of a part": lambda figure: figure.subfigs[1].set_facecolor("pink"),
    },
}


class OwnLine(Line2D):
    pass


@pytest.fixture(autouse=True)
def _no_trace():
    with plt.rc_context():
        yield
    plt.close("all")


@functools.cache
def unchanged(maker):
    name = fingerprint(MAKERS[maker](), OPTIONS)
    plt.close("all")
    return name


@pytest.mark.parametrize(
    ("maker", "change"), [(maker, change) for maker, changes in CHANGES.items() for change in changes]
)
def test_a_single_change_is_another_picture(maker, change):
    assert unchanged(maker) is not None
    figure = MAKERS[maker]()
    CHANGES[maker][change](figure)
    assert fingerprint(figure, OPTIONS) != unchanged(maker)


@pytest.mark.parametrize("maker", MAKERS)
def test_looking_at_a_figure_leaves_it_as_it_is(maker):
    figure = MAKERS[maker]()
    assert fingerprint(figure, OPTIONS) == fingerprint(figure, OPTIONS) == unchanged(maker)


@pytest.mark.parametrize("maker", MAKERS)
def test_options_count(maker):
    assert fingerprint(MAKERS[maker](), {**OPTIONS, "bbox_inches": None}) != unchanged(maker)


def test_equal_figures_are_equal_in_all_processes():
    code = (
        "import json; from tests.grader.executor.test_pictures import *; "
        "print(json.dumps({name: fingerprint(maker(), OPTIONS) for name, maker in MAKERS.items()}))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "agg"},
        ).stdout
        for seed in "12"
    ]
    assert json.loads(told[0]) == json.loads(told[1])


def drawn_with(**changes):
    figure = lines()
    values = {"ydata": np.array([0.1, 0.7, 0.3]), "ylim": None, **changes}
    line(figure).set_ydata(values["ydata"])
    figure.axes[0].set_ylim(values["ylim"])
    return fingerprint(figure, OPTIONS)


def test_last_digits_do_not_count():
    assert drawn_with(ydata=np.array([0.1, 0.7, 0.1 + 0.2])) == drawn_with()
    assert drawn_with(ydata=np.array([0.1, 0.7, 0.3]) * (1 + 1e-12)) == drawn_with()
    assert drawn_with(ydata=np.array([0.1, 0.7, -0.0])) == drawn_with(ydata=np.array([0.1, 0.7, 0.0]))


def test_last_digits_count_where_they_are_seen():
    near = (0.3 - 1e-9, 0.3 + 1e-9)
    assert drawn_with(ydata=np.array([0.1, 0.7, 0.3 + 1e-10]), ylim=near) != drawn_with(ylim=near)


def test_last_digits_count_where_they_are_all_there_is():
    def shown(values):
        figure = plt.figure()
        figure.subplots().plot(values)
        return fingerprint(figure, OPTIONS)

    assert shown([1.0, 1.0 + 1e-12]) != shown([1.0, 1.0])


def test_last_digits_count_where_colours_show_them():
    def shown(values):
        figure = plt.figure()
        figure.subplots().imshow(values)
        return fingerprint(figure, OPTIONS)

    assert shown(1 + 1e-12 * np.eye(3)) != shown(1 + 1e-12 * np.arange(9.0).reshape(3, 3))


def test_a_changed_class_of_matplotlib_is_not_trusted(monkeypatch):
    warm()
    figure = lines()
    monkeypatch.setattr(Line2D, "draw", lambda *_: None)
    assert fingerprint(figure, OPTIONS) is None


def test_warming_leaves_no_trace():
    before = dict(plt.rcParams)
    warm()
    assert dict(plt.rcParams) == before
    assert not plt.get_fignums()


SETUP = "import matplotlib.pyplot as plt, numpy as np\nfrom IPython.display import display"
NOTEBOOKS = {
    "lesson 02": [
        cell.source
        for cell in jupytext.read("source/02_loss_function/02_loss_function.py").cells
        if cell.cell_type == "code"
    ],
    "shown in many ways": [
        SETUP,
        "plt.plot([1, 2]); plt.show(); print('between'); plt.plot([2, 1])",
        "figure, ax = plt.subplots(layout='constrained'); ax.plot([1, 3])\nfigure",
        "figure.suptitle('again')\ndisplay(figure)",
        "ax.set_title('later')\nfigure",
        "two = [plt.figure() for _ in range(2)]\nfor each in two: each.subplots().plot([3, 1])",
        "plt.figure()",
        "plt.figure(facecolor='none').subplots().plot([1, 2])",
        "with plt.ioff():\n    hidden = plt.figure(); hidden.subplots().plot([1, 5])",
        "hidden",
    ],
    "looked at afterwards": [
        SETUP,
        "figure, ax = plt.subplots(layout='constrained'); ax.plot([1, 3]); ax.set_title('t')",
        "print(ax.get_position(), ax.get_xticks())",
        "plt.plot([1, 2])",
    ],
    "drawn with words": [
        SETUP,
        "plt.title('no glyph: \\U000f0000')",
        "plt.title('no glyph: \\U000f0001'); plt.plot([1])",
        "plt.title(r'$\\frac{1$')",
        "plt.title(r'$\\frac{1$'); plt.show()",
        "plt.title('no glyph: \\U000f0000'); plt.show()",
        "plt.plot([1, 2])",
    ],
    "other formats": [
        SETUP,
        "%config InlineBackend.figure_format = 'retina'",
        "plt.plot([1, 2])",
        "plt.plot([1, 3])",
        "%config InlineBackend.figure_formats = {'png', 'jpeg'}",
        "plt.plot([1, 2])",
    ],
    "kept open": [
        SETUP,
        "%config InlineBackend.close_figures = False",
        "plt.plot([1, 2])",
        "plt.plot([1, 3])",
        "plt.gcf()",
    ],
    "of one's own": [
        SETUP,
        "from matplotlib.lines import Line2D\nclass Mine(Line2D):\n    def draw(self, renderer):\n"
        "        self.set_color('red'); super().draw(renderer)",
        "plt.gca().add_line(Mine([0, 1], [0, 1]))",
    ],
}


@pytest.fixture(scope="module")
def ran():
    return dict(zip(NOTEBOOKS, run_all(list(NOTEBOOKS.values())), strict=True))


def as_pixels(outputs):
    """Outputs with each PNG as the pixels in it."""

    def pixels(kind, data):
        if kind != "image/png":
            return data
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            return picture.size, picture.mode, picture.tobytes()

    return [
        (
            text,
            [
                ({kind: pixels(kind, each) for kind, each in data.items()}, metadata)
                for data, metadata in shown
            ],
        )
        for text, shown in outputs
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
@pytest.mark.parametrize("run", ["first", "second"])
def test_outputs_are_those_of_an_ordinary_kernel(ran, notebook, run):
    assert as_pixels(ran[notebook][run]["outputs"]) == as_pixels(ran[notebook]["ordinary"]["outputs"])


def test_pictures_of_a_lesson_are_drawn_once(ran):
    assert len(ran["lesson 02"]["first"]["drawn"]) == 6
    assert not ran["lesson 02"]["second"]["drawn"]


def test_a_class_of_one_s_own_is_always_drawn(ran):
    assert not ran["of one's own"]["first"]["drawn"]


def test_a_picture_whose_drawing_warned_is_not_handed_over(ran):
    assert len(ran["drawn with words"]["first"]["drawn"]) == 1
