"""The plots that notebooks draw: what is on the Axes, how it reads, and what bad input says."""

import itertools
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.plots import (
    FASHION_MNIST_CLASS_NAMES,
    plot_history,
    plot_image,
    plot_predictions,
    plot_value_array,
)
from tests.helpers.contrast import contrast

LABELS = np.array([9, 2, 6, 0])
IMAGES = np.linspace(0, 1, 4 * 28 * 28).reshape(4, 28, 28)
# Right; right; wrong, with the second guess right; wrong, with the true class at zero.
PREDICTIONS = np.zeros((4, 10))
PREDICTIONS[0, [9, 7]] = 0.88, 0.12
PREDICTIONS[1, 2] = 1
PREDICTIONS[2, [0, 6]] = 0.6, 0.4
PREDICTIONS[3, 9] = 1
HISTORY = {
    "accuracy": [0.5, 0.7, 0.8],
    "loss": [1.5, 0.9, 0.6],
    "val_accuracy": [0.55, 0.65, 0.7],
    "val_loss": [1.2, 1.0, 0.9],
}


@pytest.fixture(autouse=True)
def only_wanted_figures() -> Iterator[None]:
    plt.close("all")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is only a warning
        yield
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
    plt.close("all")


def blue(color: Any) -> bool:
    red, green, blue = to_rgb(color)
    return blue > 2 * red and blue > green


def red(color: Any) -> bool:
    red, green, blue = to_rgb(color)
    return red > 2 * blue and red > 2 * green


def grey(color: Any) -> bool:
    return max(to_rgb(color)) - min(to_rgb(color)) < 0.05


def marks(ax: Axes) -> dict[int, str]:
    """The marks over the bars, by class."""
    return {int(text.xy[0]): text.get_text() for text in ax.texts}


def test_image_of_a_right_prediction() -> None:
    figure, ax = plt.subplots()
    assert plot_image(0, PREDICTIONS[0], LABELS, IMAGES, ax=ax) is ax
    assert ax.get_xlabel() == "✓ Ankle boot 88% (Ankle boot)"
    assert blue(ax.xaxis.label.get_color())
    np.testing.assert_array_equal(ax.images[0].get_array(), IMAGES[0])
    assert list(ax.get_xticks()) == list(ax.get_yticks()) == []
    assert plt.get_fignums() == [figure.number]


def test_image_of_a_wrong_prediction() -> None:
    ax = plot_image(2, PREDICTIONS[2], LABELS, IMAGES)
    assert ax.get_xlabel() == "✗ T-shirt/top 60% (Shirt)"
    assert red(ax.xaxis.label.get_color())


def test_bars_of_a_right_prediction() -> None:
    ax = plot_value_array(0, PREDICTIONS[0], LABELS)
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(PREDICTIONS[0])
    assert ax.get_ylim() == (0, 1)
    assert marks(ax) == {9: "✓"}
    assert blue(ax.patches[9].get_facecolor())
    assert all(grey(bar.get_facecolor()) for bar in ax.patches[:9])
    assert not any(bar.get_hatch() for bar in ax.patches)


@pytest.mark.parametrize("i", [2, 3])
def test_bars_of_a_wrong_prediction(i: int) -> None:
    ax = plot_value_array(i, PREDICTIONS[i], LABELS)
    predicted, true = int(np.argmax(PREDICTIONS[i])), int(LABELS[i])
    assert marks(ax) == {predicted: "✗", true: "✓"}
    assert red(ax.patches[predicted].get_facecolor())
    assert blue(ax.patches[true].get_facecolor())
    assert [k for k, bar in enumerate(ax.patches) if bar.get_hatch()] == [predicted]
    assert [k for k, bar in enumerate(ax.patches) if grey(bar.get_facecolor())] == [
        k for k in range(10) if k not in (predicted, true)
    ]


@pytest.mark.parametrize("i", range(4))
@pytest.mark.parametrize("channel", [False, True], ids=["28×28", "28×28×1"])
def test_one_sample_or_all_of_them(i: int, channel: bool) -> None:
    images = IMAGES[..., np.newaxis] if channel else IMAGES
    seen = set()
    for predictions, labels, pictures in itertools.product(
        (PREDICTIONS[i], PREDICTIONS, PREDICTIONS.tolist()),
        (LABELS, int(LABELS[i]), float(LABELS[i]), LABELS.astype(np.float32), list(LABELS)),
        (images, images[i]),
    ):
        ax = plot_image(np.int64(i), predictions, labels, pictures, ax=Figure().subplots())
        np.testing.assert_array_equal(ax.images[0].get_array(), IMAGES[i])
        seen.add(ax.get_xlabel())
        bars = plot_value_array(i, predictions, labels, ax=Figure().subplots())
        assert [bar.get_height() for bar in bars.patches] == pytest.approx(PREDICTIONS[i])
    assert len(seen) == 1
    assert plt.get_fignums() == []


def test_in_the_current_subplot_as_tutorials_do() -> None:
    plt.figure(figsize=(6, 3))
    first = plt.subplot(1, 2, 1)
    assert plot_image(0, PREDICTIONS[0], LABELS, IMAGES) is first
    second = plt.subplot(1, 2, 2)
    assert plot_value_array(0, PREDICTIONS[0], LABELS) is second
    assert [tick.get_text() for tick in second.get_xticklabels()] == list(FASHION_MNIST_CLASS_NAMES)
    plt.xticks(range(10), FASHION_MNIST_CLASS_NAMES, rotation=45)
    assert len(plt.get_fignums()) == 1


def test_low_bars_are_numbered() -> None:
    plt.figure(figsize=(12, 10))
    plt.subplot(5, 6, 2)
    ax = plot_value_array(0, PREDICTIONS[0], LABELS)
    plt.gcf().canvas.draw()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [str(k) for k in range(10)]


def test_other_class_names() -> None:
    ax = plot_image(0, [0.25, 0.75], 0, IMAGES[0], class_names=["cat", "dog"])
    assert ax.get_xlabel() == "✗ dog 75% (cat)"
    ax = plot_value_array(0, [0.25, 0.75], 0, class_names=["cat", "dog"], ax=plt.figure().subplots())
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["cat", "dog"]


def bars_of_the_grid(ax: Axes) -> list[tuple[float, Any]]:
    """The height of each bar as a share of an image's height, and its colour, in the order of reading."""
    side = ax.images[0].get_extent()[1] - ax.images[0].get_extent()[0]
    drawn = [
        (path.get_extents(), collection.get_facecolor()[0])
        for collection in ax.collections
        if isinstance(collection, PolyCollection)
        for path in collection.get_paths()
    ]
    drawn.sort(key=lambda bar: (-round(bar[0].y0, 3), bar[0].x0))
    return [(box.height / side, colour) for box, colour in drawn]


def test_grid_starts_where_asked_and_leaves_the_rest_empty() -> None:
    ax = plot_predictions(PREDICTIONS, LABELS, IMAGES, rows=2, columns=2, start=1)
    captions = [text for text in ax.texts if "%" in text.get_text()]
    assert [text.get_text() for text in captions] == [
        "✓ Pullover 100% (Pullover)",
        "✗ T-shirt/top 60% (Shirt)",
        "✗ Ankle boot 100% (T-shirt/top)",
    ]
    assert [blue(text.get_color()) for text in captions] == [True, False, False]
    for image, expected in zip(ax.images, IMAGES[1:], strict=True):
        np.testing.assert_array_equal(image.get_array(), expected)
    bars = bars_of_the_grid(ax)
    assert [height for height, _ in bars] == pytest.approx(PREDICTIONS[1:].ravel())
    assert [i for i, (_, colour) in enumerate(bars) if blue(colour)] == [2, 10 + 6, 20 + 0]
    assert [i for i, (_, colour) in enumerate(bars) if red(colour)] == [10 + 0, 20 + 9]
    assert [text.get_text() for text in ax.texts if text.get_text() in "✓✗"] == ["✓", "✗", "✓", "✓", "✗"]
    # Under the lowest bars of each column.
    assert sum(text.get_text() == "Bag" for text in ax.texts) == 2
    assert len(plt.get_fignums()) == 1


def test_images_that_are_not_square_keep_their_shape() -> None:
    ax = plot_predictions(PREDICTIONS, LABELS, IMAGES[:, :14], rows=1, columns=2)
    for image in ax.images:
        left, right, bottom, top = image.get_extent()
        assert right - left == pytest.approx(2 * (top - bottom))


def visible_texts(figure: Figure) -> list[Text]:
    figure.canvas.draw()
    return [text for text in figure.findobj(Text) if drawn(text)]


def drawn(text: Text) -> bool:
    return bool(text.get_visible() and text.get_text() and (text.axes is None or text.axes.get_visible()))


def test_no_text_of_the_grid_is_cut_off_or_touches_another() -> None:
    predictions = np.zeros((15, 10))
    predictions[:, [0, 9]] = 0.999, 0.001
    labels = np.tile([0, 9, 0], 5)  # the longest names, at 100%
    ax = plot_predictions(predictions, labels, np.ones((15, 28, 28)))
    figure = ax.get_figure(root=True)
    texts = visible_texts(figure)
    boxes = {text: text.get_window_extent() for text in texts}
    under_images = [text for text in texts if "100%" in text.get_text()]
    assert len(under_images) == 15
    for text, box in boxes.items():
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y1 <= figure.bbox.y1, text
    for (one, one_box), (other, other_box) in itertools.combinations(boxes.items(), 2):
        # Upright names are as close as the lines of a paragraph, so that their boxes touch.
        if not one.get_rotation() == other.get_rotation() == 90:
            assert not one_box.overlaps(other_box), (one, other)
    to_pixels = ax.transData.transform_path
    frames = [
        to_pixels(path).get_extents()
        for collection in ax.collections
        if isinstance(collection, LineCollection)
        for path in collection.get_paths()
        if len(path.vertices) > 2
    ]
    assert len(frames) == 30
    for text, frame in itertools.product(under_images, frames):
        assert not boxes[text].overlaps(frame), (text, frame)


def test_history_has_a_panel_for_loss_and_one_for_accuracy() -> None:
    loss, accuracy = plot_history(HISTORY)
    assert [loss.get_ylabel(), accuracy.get_ylabel()] == ["loss", "accuracy"]
    assert loss.get_xlabel() == accuracy.get_xlabel() == "epoch"
    for ax, names in ((loss, ("loss", "val_loss")), (accuracy, ("accuracy", "val_accuracy"))):
        for line, name in zip(ax.lines, names, strict=True):
            assert list(line.get_xdata()) == [1, 2, 3]
            assert list(line.get_ydata()) == HISTORY[name]
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [
            f"{names[0]} (training data)",
            f"{names[1]} (validation data)",
        ]
        assert len({line.get_linestyle() for line in ax.lines}) == 2
        assert len({line.get_marker() for line in ax.lines}) == 2
        assert list(ax.get_xticks()) == [1, 2, 3]
    assert accuracy.get_ylim() == (0, 1)
    assert loss.get_ylim()[0] == 0
    assert loss.get_ylim()[1] > 1.5


def test_history_of_one_metric_goes_into_the_current_axes() -> None:
    _, ax = plt.subplots()
    assert plot_history(HISTORY, metrics="accuracy") is ax
    assert len(ax.lines) == 2
    assert ax.get_ylim() == (0, 1)
    assert len(plt.get_fignums()) == 1


def test_history_in_given_axes() -> None:
    axes = Figure().subplots(1, 2)
    assert list(plot_history(HISTORY, ax=axes, metrics=["accuracy", "loss"])) == list(axes)
    assert [ax.get_ylabel() for ax in axes] == ["accuracy", "loss"]
    one = Figure().subplots()
    assert plot_history(HISTORY, ax=one) is one
    assert len({(line.get_linestyle(), line.get_marker()) for line in one.lines}) == 4
    assert one.get_ylim()[1] > 1.5
    assert plt.get_fignums() == []


@pytest.mark.parametrize("epochs", [1, 2, 7, 10, 30, 100])
def test_epoch_ticks_are_whole_epochs(epochs: int) -> None:
    ax = plot_history({"loss": np.linspace(2, 1, epochs)})
    ticks = ax.get_xticks()
    assert len(ticks) >= 1
    assert all(tick == int(tick) and 1 <= tick <= epochs for tick in ticks)
    left, right = ax.get_xlim()
    assert left < 1
    assert right > epochs


def test_history_that_diverged_says_so_and_keeps_all_its_epochs() -> None:
    ax = plot_history({"loss": [2.0, 900.0, np.inf, np.nan]})
    assert ax.get_legend().get_texts()[0].get_text() == "loss (training data), inf from epoch 3"
    assert ax.get_xlim()[1] > 4
    ax = plot_history({"loss": [np.nan, np.nan]}, ax=Figure().subplots())
    assert ax.get_legend().get_texts()[0].get_text() == "loss (training data), nan from epoch 1"


def test_what_keras_gives() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of TensorFlow's own imports
        import keras

        model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(IMAGES, LABELS, epochs=2, validation_split=0.25, verbose=0)
        predictions = model(IMAGES)
    loss, accuracy = plot_history(history)
    assert list(loss.lines[1].get_ydata()) == history.history["val_loss"]
    assert list(accuracy.lines[0].get_ydata()) == history.history["accuracy"]
    ax = plot_value_array(1, predictions[1], keras.ops.convert_to_tensor(LABELS), ax=Figure().subplots())
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(np.asarray(predictions)[1])
    assert plot_predictions(predictions, LABELS, keras.ops.convert_to_tensor(IMAGES)).texts


def all_plots() -> list[Figure]:
    image, bars = plt.figure(), plt.figure()
    plot_image(2, PREDICTIONS[2], LABELS, IMAGES, ax=image.subplots())
    plot_value_array(2, PREDICTIONS[2], LABELS, ax=bars.subplots())
    grid = plot_predictions(PREDICTIONS, LABELS, IMAGES).get_figure(root=True)
    return [image, bars, grid, plot_history(HISTORY)[0].figure, plot_history(HISTORY, metrics="loss").figure]


@pytest.mark.parametrize("style", ["default", "dark_background", "transparent"])
def test_contrast_with_the_background_that_is_drawn(style: str) -> None:
    # Some front ends make figures transparent, so that a page's own colour shows through.
    with plt.style.context({"figure.facecolor": "none"} if style == "transparent" else style):
        for figure in all_plots():
            figure.canvas.draw()
            pixels = np.asarray(figure.canvas.buffer_rgba())
            assert (pixels[..., 3] == 255).all()
            background = pixels[0, 0, :3] / 255
            for text in visible_texts(figure):
                assert contrast(text.get_color(), background) >= 4.5, text
            for ax in figure.axes:
                for shape in [*ax.lines, *ax.patches] if ax.get_visible() else []:
                    color = shape.get_color() if shape in ax.lines else shape.get_facecolor()
                    assert contrast(color, background) >= 3, shape
                for bars in ax.collections:
                    if isinstance(bars, PolyCollection):
                        assert contrast(bars.get_facecolor()[0], background) >= 3, bars


def test_own_styles_are_left_alone() -> None:
    before = dict(plt.rcParams)
    all_plots()
    assert dict(plt.rcParams) == before


def test_marks_are_drawn_with_fonts_that_lack_them() -> None:
    with plt.rc_context({"font.family": "DejaVu Serif"}):
        for figure in all_plots():
            figure.canvas.draw()  # a missing glyph is a warning, and warnings are errors here


def changed(array: np.ndarray, at: Any, value: float) -> np.ndarray:
    copy = array.astype(np.float64)
    copy[at] = value
    return copy


ONE_SAMPLE = {
    "i outside": (
        (4, PREDICTIONS[0], LABELS, IMAGES),
        "no sample 4 in true_label, which has 4: i can be 0 to 3",
    ),
    "i outside the images": ((4, PREDICTIONS[0], 9, IMAGES), "no sample 4 in img, which has 4"),
    "i negative": ((-1, PREDICTIONS[0], LABELS, IMAGES), "i is -1: give a whole number from 0"),
    "i no number": (("one", PREDICTIONS[0], LABELS, IMAGES), "i should be a whole number, but is 'one'"),
    "i a float": ((1.0, PREDICTIONS[0], LABELS, IMAGES), "i should be a whole number, but is 1.0"),
    "label outside": (
        (0, PREDICTIONS[0], [10, 2, 6, 0], IMAGES),
        "true_label[0] is 10, which is not a class: labels are whole numbers from 0 to 9",
    ),
    "label negative": ((0, PREDICTIONS[0], -1, IMAGES), "true_label is -1, which is not a class"),
    "label between classes": ((0, PREDICTIONS[0], 1.5, IMAGES), "true_label is 1.5, which is not a class"),
    "one-hot labels": (
        (0, PREDICTIONS[0], np.eye(10)[LABELS], IMAGES),
        "true_label has shape (4, 10): give class numbers, shape (n,). One-hot labels become",
    ),
    "label a name": ((0, PREDICTIONS[0], "Bag", IMAGES), "true_label should hold numbers, but holds <U3"),
    "fewer labels than images": (
        (0, PREDICTIONS[0], LABELS[:2], IMAGES),
        "Different numbers of samples: true_label has 2, img has 4. Give arrays from the same set",
    ),
    "more predictions than labels": (
        (0, np.tile(PREDICTIONS, (2, 1)), LABELS, IMAGES),
        "predictions_array has 8, true_label has 4, img has 4",
    ),
    "logits": (
        (0, changed(PREDICTIONS[0], 3, 4.25), LABELS, IMAGES),
        "predictions_array holds 4.25 for class 3, which is not a confidence from 0 to 1: check that the last",
    ),
    "negative confidence": ((0, changed(PREDICTIONS[0], 3, -0.5), 9, IMAGES), "holds -0.5 for class 3"),
    "nan": (
        (1, changed(PREDICTIONS, (1, 5), np.nan), LABELS, IMAGES),
        "predictions_array[1] holds nan for class 5",
    ),
    "inf": ((0, changed(PREDICTIONS[0], 0, np.inf), LABELS, IMAGES), "holds inf for class 0"),
    "too few confidences": (
        (0, PREDICTIONS[0, :3], LABELS, IMAGES),
        "predictions_array holds 3 confidences for 10 class names",
    ),
    "one confidence": (
        (0, 0.5, LABELS, IMAGES),
        "predictions_array has shape (): give one sample's confidences",
    ),
    "flattened images": (
        (0, PREDICTIONS[0], LABELS, IMAGES.reshape(4, 784)),
        "img has shape (4, 784): give grey images, shape (n, height, width)",
    ),
    "flattened image": ((0, PREDICTIONS[0], 9, IMAGES[0].ravel()), "img has shape (784,): give grey images"),
    "colour images": (
        (0, PREDICTIONS[0], 9, np.ones((4, 28, 28, 3))),
        "img has shape (4, 28, 28, 3): give grey",
    ),
    "ragged images": (
        (0, PREDICTIONS[0], 9, [[1, 2], [3]]),
        "img is not a regular array: give rows of equal length",
    ),
}


def refuses(call: Any, message: str) -> None:
    """The call raises one line with the message, and leaves no empty figure behind."""
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        call()
    assert len(str(caught.value).splitlines()) == 1
    assert plt.get_fignums() == []


@pytest.mark.parametrize(("arguments", "message"), ONE_SAMPLE.values(), ids=ONE_SAMPLE)
def test_bad_input_of_one_sample(arguments: tuple[Any, ...], message: str) -> None:
    refuses(lambda: plot_image(*arguments), message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [case for name, case in ONE_SAMPLE.items() if "image" not in name and "predictions than" not in name],
)
def test_bad_input_of_bars(arguments: tuple[Any, ...], message: str) -> None:
    refuses(lambda: plot_value_array(*arguments[:3]), message)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((PREDICTIONS[:3], LABELS, IMAGES), {}, "predictions has 3, true_labels has 4, images has 4"),
        ((PREDICTIONS[0], LABELS, IMAGES), {}, "predictions has shape (10,): give all samples' confidences"),
        ((PREDICTIONS, 9, IMAGES), {}, "true_labels is the single number 9: give all labels"),
        ((PREDICTIONS, np.eye(10)[LABELS], IMAGES), {}, "true_labels has shape (4, 10): give class numbers"),
        ((PREDICTIONS, LABELS, IMAGES[0]), {}, "images has shape (28, 28): give grey images"),
        ((PREDICTIONS, LABELS, IMAGES.reshape(4, 784)), {}, "images has shape (4, 784): give grey images"),
        ((PREDICTIONS, changed(LABELS, 2, 11), IMAGES), {}, "true_labels[2] is 11, which is not a class"),
        ((changed(PREDICTIONS, (3, 0), 7), LABELS, IMAGES), {}, "predictions[3] holds 7 for class 0"),
        ((PREDICTIONS, LABELS, IMAGES), {"start": 4}, "start is 4, and there are 4 samples: begin earlier"),
        ((PREDICTIONS, LABELS, IMAGES), {"rows": 0}, "rows is 0: give a whole number from 1 upwards"),
        ((PREDICTIONS, LABELS, IMAGES), {"columns": 2.5}, "columns should be a whole number, but is 2.5"),
        ((PREDICTIONS, LABELS, IMAGES), {"class_names": "abc"}, "holds 10 confidences for 3 class names"),
    ],
)
def test_bad_input_of_the_grid(arguments: tuple[Any, ...], options: dict[str, Any], message: str) -> None:
    refuses(lambda: plot_predictions(*arguments, **options), message)


@pytest.mark.parametrize(
    ("history", "options", "message"),
    [
        ([1.0, 0.5], {}, "history is of type list: give what model.fit returned"),
        ({}, {}, "history holds no epochs yet: train with model.fit first"),
        ({"loss": []}, {}, "history holds no epochs yet"),
        (
            {"loss": [1, 2], "val_loss": [1]},
            {},
            "Different numbers of epochs in history: loss has 2, val_loss has 1",
        ),
        ({"loss": 0.5}, {}, "history['loss'] has shape (): give a number for each epoch"),
        ({"loss": ["low"]}, {}, "history['loss'] should hold numbers, but holds <U3"),
        (
            HISTORY,
            {"metrics": "acc"},
            "metrics asks for 'acc', which is not in history: choose from accuracy, loss.",
        ),
        (HISTORY, {"metrics": []}, "metrics is empty: name some of accuracy, loss"),
        (HISTORY, {"ax": Figure().subplots(1, 3)}, "ax holds 3 Axes for 2 metrics"),
        (HISTORY, {"ax": "left"}, "ax should be one Axes, but is of type str"),
    ],
)
def test_bad_input_of_a_history(history: Any, options: dict[str, Any], message: str) -> None:
    refuses(lambda: plot_history(history, **options), message)


def test_a_grid_of_axes_is_not_one_axes() -> None:
    axes = Figure().subplots(1, 2)
    refuses(
        lambda: plot_image(0, PREDICTIONS[0], LABELS, IMAGES, ax=axes),
        "ax should be one Axes, but is of type ndarray: pick one, for example axes[0]",
    )


def test_importing_the_plots_costs_neither_tensorflow_nor_pyplot() -> None:
    program = (
        "import sys, helpers.plots; print({'tensorflow', 'keras', 'matplotlib.pyplot'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_alt_text_says_what_the_figure_shows() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    plot_image(2, PREDICTIONS[2], LABELS, IMAGES, ax=left)
    plot_value_array(0, PREDICTIONS[0], LABELS, ax=right)
    assert figure.get_label() == (
        "An image taken for T-shirt/top at 60%, wrongly: it is Shirt. "
        "Bars of 10 confidences; the highest are Ankle boot 88%, Sneaker 12%."
    )


def test_alt_text_of_the_grid_judges_each_image() -> None:
    ax = plot_predictions(PREDICTIONS, LABELS, IMAGES, rows=2, columns=1, start=1)
    assert ax.get_figure(root=True).get_label() == (
        "2 images, each with bars of its confidences: taken for Pullover at 100%, rightly; "
        "taken for T-shirt/top at 60%, wrongly: it is Shirt."
    )


def test_alt_text_of_a_history_says_where_each_curve_starts_and_ends() -> None:
    axes = plot_history({"loss": [2.0, 1.0, 0.5], "accuracy": [0.2, 0.5, 0.75]})
    assert axes[0].get_figure().get_label() == (
        "loss against the epoch, 1 to 3: loss (training data) from 2 to 0.5. "
        "accuracy against the epoch, 1 to 3: accuracy (training data) from 0.2 to 0.75."
    )
