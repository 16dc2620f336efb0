"""Reading a record: a drawing of its two accuracy curves, and the epoch in which validation was best."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.kit.calling import changes_followed
from helpers.kit.cases import Case
from helpers.kit.exercise import Exercise, Misconception, NotDoneYet
from helpers.kit.function_exercise import FunctionExercise
from helpers.kit.general_slips import CHANGES_ITS_INPUT, NO_FUNCTION, STOPS
from helpers.kit.models import quiet
from helpers.kit.values import close, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, repr=False, eq=False)
class MadeUpHistory:
    """A record as `fit` gives it, with made-up numbers: lists of one length, by name."""

    history: Mapping[str, Sequence[float]]

    @property
    def epoch(self) -> list[int]:
        """The epochs as Keras counts them, from 0."""
        return list(range(len(self.history["loss"])))

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same numbers: an answer may have put an array in place of a list."""
        return (
            isinstance(other, MadeUpHistory)
            and set(self.history) == set(other.history)
            and all(np.array_equal(values, other.history[name]) for name, values in self.history.items())
        )

    def __repr__(self) -> str:
        """Show what the tasks ask about."""
        return f"<val_accuracy {', '.join(f'{value:g}' for value in self.history['val_accuracy'])}>"


def made_up(seed: int, epochs: int) -> MadeUpHistory:
    """Make a record with that many epochs, of four curves that differ everywhere."""
    rng = np.random.default_rng(seed)
    curves = {
        "accuracy": rng.uniform(0.7, 0.95, epochs),
        "loss": rng.uniform(0.5, 2.0, epochs),
        "val_accuracy": rng.uniform(0.4, 0.65, epochs),
        "val_loss": rng.uniform(2.1, 2.9, epochs),
    }
    return MadeUpHistory({name: values.round(3).tolist() for name, values in curves.items()})


@dataclass(frozen=True)
class Curve:
    """A curve in a drawing, with its text in the legend."""

    x: Any
    y: Any
    text: str = ""


@dataclass(frozen=True)
class Drawing:
    """What a reader sees in an Axes."""

    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    limits: tuple[float, float]

    def curve(self, values: Any) -> Curve | None:
        """The curve with these heights, if it is there."""
        return next((curve for curve in self.curves if close(curve.y, values)), None)

    def sentence(self) -> str:
        """Say in one sentence what the drawing shows."""
        texts = [repr(curve.text) for curve in self.curves if curve.text]
        legend = f"a legend with {' and '.join(texts)}" if texts else "no legend"
        low, high = (f"{limit:.3g}" for limit in self.limits)
        spans = {f"{show(np.min(curve.x))} to {show(np.max(curve.x))}" for curve in self.curves}
        epochs = f", x from {' and '.join(sorted(spans))}" if spans else ""
        number = len(self.curves)
        return (
            f"{number} {'curve' if number == 1 else 'curves'}{epochs}, y axis from {low} to {high}, {legend}."
        )


def _seen(ax: Axes) -> Drawing:
    lines = [line for line in ax.get_lines() if np.size(line.get_ydata())]
    legend = ax.get_legend()
    texts: dict[Any, str] = {}
    if legend is not None:
        # A legend has lines of its own: they are known by their looks, or else by their order.
        for place, (sample, text) in enumerate(zip(legend.get_lines(), legend.get_texts(), strict=False)):
            alike = [line for line in lines if _looks(line) == _looks(sample)] or lines[place : place + 1]
            texts.update(dict.fromkeys(alike, text.get_text()))
    return Drawing(
        curves=tuple(
            Curve(np.asarray(line.get_xdata()), np.asarray(line.get_ydata()), texts.get(line, ""))
            for line in lines
        ),
        x_label=ax.get_xlabel(),
        y_label=ax.get_ylabel(),
        limits=ax.get_ylim(),
    )


def _looks(line: Any) -> tuple[Any, ...]:
    return line.get_color(), line.get_linestyle(), line.get_marker()


@contextmanager
def _no_figures_left() -> Iterator[None]:
    import matplotlib.pyplot as plt

    before = set(plt.get_fignums())
    # For an answer that draws on whatever figure is the current one.
    plt.figure()
    try:
        yield
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)


@dataclass(frozen=True)
class CurvesExercise(Exercise):
    """A function that draws both accuracies of a record.

    A slip's result takes a Drawing (None where nothing was returned) and the record's curves by name, and
    says whether the slip's signs are there.
    """

    def examine(self, *answers: Any, seed: int = 6) -> None:
        """Call the answer with made-up records and look at the Axes. Raises NotYet or NotAttempted.

        seed: which records.
        """
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if not callable(answer):
            raise self.not_yet(f"{self.name} is {show(answer)}.", NO_FUNCTION)
        for epochs in (6, 9):
            self._look(answer, made_up(seed, epochs))

    def _look(self, answer: Any, record: MadeUpHistory) -> None:
        before = copy.deepcopy(record)
        curves = before.history
        drawing = self._drawing(answer, record)
        if record != before:
            raise self.not_yet("It changed the record's own lists.", CHANGES_ITS_INPUT)
        for slip in self.misconceptions:
            if slip.result(drawing, curves):
                told = f"For a record of {len(record.epoch)} epochs: {drawing.sentence()}" if drawing else ""
                raise self.not_yet(told or "The function returned None.", slip)
        assert drawing is not None, "a slip covers this"
        if not all(drawing.curve(curves[name]) for name in ("accuracy", "val_accuracy")):
            raise self.not_yet(
                f"For a record of {len(record.epoch)} epochs: {drawing.sentence()} Expected one curve with "
                "the values of accuracy and one with those of val_accuracy.",
                OTHER_CURVES,
            )

    def _drawing(self, answer: Any, record: MadeUpHistory) -> Drawing | None:
        from matplotlib.axes import Axes

        with _no_figures_left():
            try:
                with quiet(), changes_followed():
                    result = answer(record)
            except NotDoneYet as error:
                if str(error).startswith(f"{self.name} is "):
                    raise self.not_attempted() from None
                raise self.not_yet(f"It stopped, because {error}") from None
            except (Exception, SystemExit) as error:
                slip = WANTS_DICTIONARY if self._takes_dictionary(answer, record) else STOPS
                raise self.not_yet(
                    f"With a record of {len(record.epoch)} epochs it stopped with {type(error).__name__}: "
                    f"{error}",
                    slip,
                ) from None
            if result is None:
                return None
            if not isinstance(result, Axes):
                raise self.not_yet(f"It returned {show(result)} of type {type(result).__name__}.", NO_AXES)
            return _seen(result)

    def _takes_dictionary(self, answer: Any, record: MadeUpHistory) -> bool:
        try:
            with quiet():
                answer(record.history)
        except Exception:
            return False
        return True


def _epochs_of(drawing: Drawing, curves: Mapping[str, Sequence[float]]) -> list[Any]:
    found = (drawing.curve(curves[name]) for name in ("accuracy", "val_accuracy"))
    return [curve.x for curve in found if curve is not None]


def _swapped(drawing: Drawing, curves: Mapping[str, Sequence[float]]) -> bool:
    training, validation = (drawing.curve(curves[name]) for name in ("accuracy", "val_accuracy"))
    if training is None or validation is None:
        return False
    return "val" in training.text.casefold() or "train" in validation.text.casefold()


WANTS_DICTIONARY = Misconception(
    "takes the dictionary instead of the record",
    lambda _drawing, _curves: False,
    "The function works on a dictionary of lists. It is called with the record that fit returns; the "
    "dictionary is inside it, as history.history.",
)

NO_AXES = Misconception(
    "something other than the Axes",
    lambda _drawing, _curves: False,
    "Return the Axes: what plt.subplots gives as the second of its two results, or plt.gca().",
)
OTHER_CURVES = Misconception(
    "a record other than the one passed in",
    lambda _drawing, _curves: False,
    "The curves are not those of the record that the function was called with. Inside it, that record goes "
    "by the name in its brackets.",
)

plot_curves = CurvesExercise(
    name="plot_curves",
    points=4,
    hints=(
        "figure, ax = plt.subplots() makes an Axes. Call ax.plot once for each curve, with the epochs, the "
        "values and a label; ax.set takes xlabel, ylabel and ylim. Which call makes the labels show?",
        'epochs = range(1, len(history.history["accuracy"]) + 1), then ax.plot(epochs, '
        'history.history["accuracy"], label="training"), the same for val_accuracy, ax.set(...), '
        "ax.legend() and return ax.",
    ),
    misconceptions=(
        Misconception(
            "nothing returned",
            lambda drawing, _curves: drawing is None,
            "Drawing is one thing, returning is another: end the function with return and the Axes.",
        ),
        Misconception(
            "loss instead of accuracy",
            lambda drawing, curves: (
                any(drawing.curve(curves[name]) for name in ("loss", "val_loss"))
                and not drawing.curve(curves["accuracy"])
            ),
            "Those are losses. The curves asked for have other names in the record.",
        ),
        Misconception(
            "percent instead of fractions",
            lambda drawing, curves: any(
                drawing.curve(100 * np.asarray(curves[name])) for name in ("accuracy", "val_accuracy")
            ),
            "The curves are drawn in percent. Leave them as the fractions that Keras gives.",
        ),
        Misconception(
            "val_accuracy missing",
            lambda drawing, curves: (
                bool(drawing.curve(curves["accuracy"])) and not drawing.curve(curves["val_accuracy"])
            ),
            "The training accuracy is there. The accuracy on validation data belongs beside it.",
        ),
        Misconception(
            "epochs counted from 0",
            lambda drawing, curves: any(
                close(x, np.arange(len(curves["loss"]))) for x in _epochs_of(drawing, curves)
            ),
            "The first epoch is drawn at 0. Matplotlib counts from 0 when it is given only the heights: give "
            "it the epochs as well.",
        ),
        Misconception(
            "other values for the epochs",
            lambda drawing, curves: any(
                not close(x, np.arange(1, len(curves["loss"]) + 1)) for x in _epochs_of(drawing, curves)
            ),
            "The curves are not drawn at the epochs 1, 2, 3 and so on. The length of a list in the record "
            "tells you how many epochs there are.",
        ),
        Misconception(
            "y axis not from 0 to 1",
            lambda drawing, _curves: not np.allclose(drawing.limits, (0, 1), atol=0.051),
            "Left alone, Matplotlib chooses limits that make small differences look large. Fix them: the y "
            "axis goes from 0 to 1.",
        ),
        Misconception(
            "axis labels missing",
            lambda drawing, _curves: (
                "epoch" not in drawing.x_label.casefold() or "acc" not in drawing.y_label.casefold()
            ),
            "A reader must see what the axes mean: epoch below, accuracy at the side.",
        ),
        Misconception(
            "legend missing",
            lambda drawing, curves: (
                not all(
                    curve is None or curve.text
                    for curve in (drawing.curve(curves[name]) for name in ("accuracy", "val_accuracy"))
                )
            ),
            "Nothing says which curve is which. Give both a label, and have the legend drawn.",
        ),
        Misconception(
            "curves swapped",
            _swapped,
            "In the legend each curve has the other's name. Which list holds the validation accuracy?",
        ),
        WANTS_DICTIONARY,
        NO_AXES,
        OTHER_CURVES,
    ),
)


def _record(**curves: Sequence[float]) -> MadeUpHistory:
    return MadeUpHistory({name: list(values) for name, values in curves.items()})


best_epoch = FunctionExercise(
    name="best_epoch",
    points=2,
    hints=(
        "np.argmax says where the highest value of a list is, and takes the first if there are several. From "
        "which number does it count?",
        'np.argmax(history.history["val_accuracy"]) is the right place, counted from 0.',
    ),
    cases=(
        Case(
            {
                "history": _record(
                    accuracy=[0.41, 0.72, 0.86, 0.95, 0.99],
                    loss=[1.9, 0.9, 0.4, 0.2, 0.1],
                    val_accuracy=[0.52, 0.8, 0.91, 0.85, 0.87],
                    val_loss=[1.5, 0.7, 0.42, 0.39, 0.45],
                )
            },
            3,
        ),
        Case(
            {
                "history": _record(
                    accuracy=[0.5, 0.8, 0.9, 0.88],
                    loss=[1.7, 0.8, 0.5, 0.3],
                    val_accuracy=[0.6, 0.9, 0.7, 0.9],
                    val_loss=[1.4, 0.6, 0.5, 0.7],
                )
            },
            2,
        ),
    ),
    misconceptions=(
        Misconception(
            "counted from 0",
            lambda record: np.argmax(record.history["val_accuracy"]),
            "That is its place in the list, which counts from 0. Epochs count from 1.",
        ),
        Misconception(
            "training accuracy instead",
            lambda record: np.argmax(record.history["accuracy"]) + 1,
            "That is the epoch with the best training accuracy. The list you want has val_ in its name.",
        ),
        Misconception(
            "lowest instead of highest",
            lambda record: np.argmin(record.history["val_accuracy"]) + 1,
            "That is the epoch with the lowest validation accuracy. Accuracy is good when it is high.",
        ),
        Misconception(
            "last on a tie",
            lambda record: (
                len(record.history["val_accuracy"]) - np.argmax(record.history["val_accuracy"][::-1])
            ),
            "When several epochs share the highest value, the first of them counts: it costs the least time.",
        ),
        Misconception(
            "last epoch",
            lambda record: len(record.history["val_accuracy"]),
            "That is the number of epochs. The best one may come earlier.",
        ),
        Misconception(
            "lowest validation loss",
            lambda record: np.argmin(record.history["val_loss"]) + 1,
            "That is the epoch with the lowest validation loss. It is often near, but the task asks for the "
            "accuracy.",
        ),
        Misconception(
            "accuracy instead of epoch",
            lambda record: np.max(record.history["val_accuracy"]),
            "That is the highest validation accuracy itself. In which epoch was it reached?",
        ),
    ),
)
