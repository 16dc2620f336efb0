"""Exercises in which a function draws curves of a training's record into an Axes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.kit.calling import changes_followed
from helpers.kit.exercise import NotDoneYet
from helpers.kit.general_slips import CHANGES_ITS_INPUT, NO_FUNCTION, stops
from helpers.kit.looks import Looks, leaves_ink, looks_of, texts_in_legend
from helpers.kit.models import Numbers, quiet
from helpers.kit.own_exercise import OwnExercise
from helpers.kit.records import MadeUpHistory, made_up
from helpers.kit.values import close, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Curve:
    """A curve in a drawing, with its text in the legend.

    x: numbers, also where the points are drawn at words that hold them; nan for other words. is_whole:
    whether the x axis reaches all of its points.
    """

    x: Numbers
    y: Numbers
    text: str = ""
    looks: Looks = ()
    is_whole: bool = True


@dataclass(frozen=True)
class Drawing:
    """What a reader sees in an Axes."""

    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    limits: tuple[float, float]
    x_limits: tuple[float, float] = (0, 1)

    def curve(self, values: Any) -> Curve | None:
        """The curve with these heights, if it is there; of several, one that the legend names."""
        found = [curve for curve in self.curves if close(curve.y, values)]
        return max(found, key=lambda curve: bool(curve.text), default=None)

    def sentence(self) -> str:
        """Say in one sentence what the drawing shows."""
        texts = [repr(curve.text) for curve in self.curves if curve.text]
        legend = f"a legend with {' and '.join(texts)}" if texts else "no legend"
        low, high = (f"{limit:.3g}" for limit in self.limits)
        spans = {_span(curve.x) for curve in self.curves}
        epochs = f", x {' and '.join(sorted(spans))}" if spans else ""
        number = len(self.curves)
        return (
            f"{number} {'curve' if number == 1 else 'curves'}{epochs}, y axis from {low} to {high}, {legend}."
        )


def _span(x: Numbers) -> str:
    return "at words" if np.isnan(x).all() else f"from {show(np.nanmin(x))} to {show(np.nanmax(x))}"


def _seen(ax: Axes) -> Drawing:
    lines = [line for line in ax.get_lines() if np.size(line.get_ydata()) and leaves_ink(line)]
    legend = ax.get_legend() or next(iter(getattr(ax.get_figure(), "legends", ())), None)
    texts = texts_in_legend(lines, legend) if legend is not None and leaves_ink(legend) else {}
    x_limits = ax.get_xlim()
    return Drawing(
        curves=tuple(_curve(line, texts.get(line, ""), x_limits) for line in lines),
        # Axes that are switched off take their labels with them.
        x_label=ax.get_xlabel() if ax.axison else "",
        y_label=ax.get_ylabel() if ax.axison else "",
        limits=ax.get_ylim(),
        x_limits=x_limits,
    )


def _curve(line: Any, text: str, x_limits: tuple[float, float]) -> Curve:
    drawn_at = np.asarray(line.get_xdata(orig=False), dtype=float)
    is_inside = (drawn_at >= min(x_limits) - 1e-6) & (drawn_at <= max(x_limits) + 1e-6)
    return Curve(
        x=_numbers_on_axis(line.get_xdata(), drawn_at),
        y=np.asarray(line.get_ydata(orig=False), dtype=float),
        text=text,
        looks=looks_of(line),
        is_whole=bool(is_inside.all()),
    )


def _numbers_on_axis(given: Any, drawn_at: Numbers) -> Numbers:
    """The numbers written on the x axis. Where they are words, Matplotlib draws the first at 0."""
    if not all(isinstance(each, str) for each in np.ravel(given)):
        return drawn_at
    found = [re.search(r"-?\d+(\.\d+)?", each) for each in np.ravel(given)]
    return np.array([float(number[0]) if number else np.nan for number in found])


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
class Seen:
    """A drawing beside the record that was to be drawn.

    asked: which of its curves, with a word for each that only the legend of another one would begin with.
    earlier: the records that were drawn before it.
    """

    drawing: Drawing
    values: Mapping[str, Sequence[float]]
    asked: Mapping[str, str]
    limits: tuple[float, float]
    words: tuple[str, str]
    earlier: Sequence[Mapping[str, Sequence[float]]] = ()

    @property
    def curves(self) -> list[Curve | None]:
        """The curves that were asked for, as far as they are there."""
        return [self.drawing.curve(self.values[name]) for name in self.asked]

    @property
    def epochs(self) -> list[Any]:
        """Where these are drawn."""
        return [curve.x for curve in self.curves if curve is not None]

    @property
    def is_cut_off(self) -> bool:
        """Whether the x axis leaves out some of these."""
        return any(curve is not None and not curve.is_whole for curve in self.curves)

    @property
    def number(self) -> int:
        """How many epochs the record has."""
        return len(self.values["loss"])


def _others(seen: Seen) -> list[Curve]:
    """The curves of the record that were not asked for."""
    found = [seen.drawing.curve(values) for name, values in seen.values.items() if name not in seen.asked]
    return [curve for curve in found if curve is not None]


def _of_earlier_records(seen: Seen) -> bool:
    return any(seen.drawing.curve(values) for record in seen.earlier for values in record.values())


def _alike(seen: Seen) -> bool:
    """Whether curves look the same in all that can be seen, so that no legend could tell them apart."""
    looks = [curve.looks[0] for curve in seen.curves if curve is not None]
    return len(set(looks)) < len(looks)


# How words in a legend begin that name the data of a curve. "test" counts as validation.
KIND_OF_DATA = re.compile(r"(?<![^\W\d_])(val|test|train)")


def _named(text: str) -> str:
    """Which data a text in a legend names: val or train, or nothing. What it names first decides."""
    found = KIND_OF_DATA.search(text.casefold())
    return "" if found is None else found[1].replace("test", "val")


def _misnamed(seen: Seen) -> int:
    """How many of the curves have a text that another one's would be, where all are there."""
    pairs = zip(seen.asked.values(), seen.curves, strict=True)
    return all(seen.curves) and sum(curve is not None and word == _named(curve.text) for word, curve in pairs)


def _unnamed_validation(seen: Seen) -> bool:
    """Whether a curve of validation data has a text without that word."""
    pairs = zip(seen.asked, seen.curves, strict=True)
    texts = [curve.text for name, curve in pairs if name.startswith("val_") and curve is not None]
    return any("val" not in KIND_OF_DATA.findall(text.casefold()) for text in texts)


# What a slip is known by, of a drawing that is there.
FAULTS: dict[str, Callable[[Seen], Any]] = {
    "no curves": lambda seen: not seen.drawing.curves,
    "axes swapped": lambda seen: any(
        close(curve.x, seen.values[name]) for curve in seen.drawing.curves for name in seen.asked
    ),
    "other curves of the record": lambda seen: seen.curves[0] is None and _others(seen),
    "more curves of the record": _others,
    "curves of earlier records": _of_earlier_records,
    "percent": lambda seen: any(
        seen.drawing.curve(100 * np.asarray(seen.values[name])) for name in seen.asked
    ),
    "only the first curve": lambda seen: seen.curves[0] is not None and None in seen.curves,
    "epochs from 0": lambda seen: any(close(x, np.arange(seen.number)) for x in seen.epochs),
    "other epochs": lambda seen: not all(close(x, np.arange(1, seen.number + 1)) for x in seen.epochs),
    "epochs cut off": lambda seen: seen.is_cut_off,
    "other limits": lambda seen: not np.allclose(seen.drawing.limits, seen.limits, atol=0.051),
    "axis labels missing": lambda seen: (
        not all(
            word in label.casefold()
            for word, label in zip(seen.words, (seen.drawing.x_label, seen.drawing.y_label), strict=True)
        )
    ),
    "legend missing": lambda seen: any(curve is not None and not curve.text for curve in seen.curves),
    "curves alike": _alike,
    "legend swapped": lambda seen: _misnamed(seen) == len(seen.asked),
    "one curve misnamed": _misnamed,
    "validation not named": _unnamed_validation,
}
# Which made-up records the visible check hands over.
VISIBLE = 6
# What a slip is known by where there is no drawing, and where all faults are ruled out.
DRAWING_STOPS = stops("Call it yourself with a record that fit returned")
NOTHING, DICTIONARY, NO_AXES, ANOTHER = "nothing", "takes the dictionary", "no Axes", "another record"


@dataclass(frozen=True, repr=False)
class AxesExercise(OwnExercise):
    """A function that draws curves of a record. Of its faults the first, in the order of the slips, is told.

    curves: which curves, each with how a word begins that its text in the legend must not name first, since
    another's does.
    limits: of the y axis. words: what the labels of the axes have to hold.
    """

    curves: Mapping[str, str] = field(kw_only=True)
    limits: tuple[float, float] = field(kw_only=True)
    words: tuple[str, str] = field(kw_only=True)

    def examine(self, *answers: Any, seed: int = VISIBLE) -> None:
        """Call the answer with made-up records and look at the Axes. Raises NotYet or NotAttempted.

        seed: which records.
        """
        (answer,) = answers
        if answer is ...:
            raise self.not_attempted()
        if not callable(answer):
            raise self.not_yet(f"{self.name} is {show(answer)}.", NO_FUNCTION)
        earlier: list[Mapping[str, Sequence[float]]] = []
        for epochs in (6, 9, 14):
            record = made_up(seed, epochs)
            self._look(answer, record, earlier)
            earlier.append(made_up(seed, epochs).history)

    def _look(
        self, answer: Any, record: MadeUpHistory, earlier: Sequence[Mapping[str, Sequence[float]]]
    ) -> None:
        before = copy.deepcopy(record)
        drawing = self._drawing(answer, record)
        if record != before:
            raise self.not_yet("It changed the record's own lists.", CHANGES_ITS_INPUT)
        seen = Seen(drawing, before.history, self.curves, self.limits, self.words, earlier)
        told = f"For a record of {len(record.epoch)} epochs: {drawing.sentence()}"
        if seen.is_cut_off:
            told += " The x axis goes from {:.3g} to {:.3g}.".format(*drawing.x_limits)
        for slip, fault in zip(self.slips, self.given, strict=True):
            if fault in FAULTS and FAULTS[fault](seen):
                raise self.not_yet(told, slip)
        if None in seen.curves:
            asked = " and one with those of ".join(self.curves)
            raise self.not_yet(
                f"{told} Expected one curve with the values of {asked}.",
                *self.with_given(ANOTHER),
            )

    def _drawing(self, answer: Any, record: MadeUpHistory) -> Drawing:
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
                known = self.with_given(DICTIONARY) if _takes_dictionary(answer, record) else []
                raise self.not_yet(
                    f"With a record of {len(record.epoch)} epochs it stopped with {type(error).__name__}: "
                    f"{error}",
                    *(known or [DRAWING_STOPS]),
                ) from None
            if result is None:
                raise self.not_yet("The function returned None.", *self.with_given(NOTHING))
            if not isinstance(result, Axes):
                raise self.not_yet(
                    f"It returned {show(result)} of type {type(result).__name__}.", *self.with_given(NO_AXES)
                )
            return _seen(result)


def _takes_dictionary(answer: Any, record: MadeUpHistory) -> bool:
    try:
        with quiet():
            answer(record.history)
    except Exception:
        return False
    return True
