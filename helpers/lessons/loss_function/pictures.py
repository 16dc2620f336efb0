"""The pictures of lesson 02: what loss functions measure, drawn with the student's own functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.alt_text import describe
from helpers.appearance import BLUE, CARD, GREY, ORANGE, TEXT, card, mark_fonts, tick_at
from helpers.cannot_be_drawn import one_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Loss = Callable[[npt.NDArray[Any], npt.NDArray[Any]], float]


def draw_squared_errors(x: npt.ArrayLike, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Axes:
    """Draw each error as a stick, and its square as a real square whose area is written in it.

    x, y_true, y_pred: n numbers each; the predictions are joined by a line. Returns the Axes.
    """
    from matplotlib.patches import Rectangle

    x, y_true, y_pred = np.asarray(x), np.asarray(y_true), np.asarray(y_pred)
    with card(7.4, 6.4) as figure:
        ax = figure.subplots()
        # One unit of y is drawn this long, in units of x: only then do the squares look square.
        unit = 0.36
        ax.set_aspect(unit)
        ax.plot([x, x], [y_true, y_pred], color=ORANGE, linewidth=2)
        for at, true, pred in zip(x, y_true, y_pred, strict=True):
            error = true - pred
            width = abs(error) * unit
            low = min(true, pred)
            # A point above the rising line has its room to the left, a point below it to the right.
            left = at - width if error > 0 else at
            ax.add_patch(Rectangle((left, low), width, abs(error), facecolor=ORANGE, alpha=0.22, linewidth=0))
            side = "right" if error > 0 else "left"
            ax.annotate(
                f"{error**2:.4g}",
                (left if error > 0 else at + width, low + abs(error) / 2),
                xytext=(-4 if error > 0 else 4, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                color=ORANGE,
            )
        ax.plot(x, y_pred, color=BLUE, linewidth=2, marker="_", markersize=9)
        ax.plot(x, y_true, "o", color=TEXT)
        ax.annotate("prediction", (x[-1], y_pred[-1]), xytext=(8, -4), textcoords="offset points", color=BLUE)
        ax.annotate("measured", (x[-1], y_true[-1]), xytext=(8, -4), textcoords="offset points")
        ax.set(xlabel="length of the ride (km)", ylabel="duration (minutes)")
        ax.set_title("The MSE is the average area of these squares (areas in minutes²)")
        ax.margins(x=0.14, y=0.08)
        areas = ", ".join(f"{area:.4g}" for area in (y_true - y_pred) ** 2)
        describe(
            figure,
            f"{len(x)} measured rides around the line of predictions. Each error has a square with the error "
            f"as its side; from left to right the areas are {areas}.",
        )
    return ax


# The curves below come before their figure: where a function is not written yet, no empty figure is shown.


def _costs(
    name: str, cost: Callable[[float], float], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """What a loss of the student's gives for each value. Raises CannotBeDrawn where that is not a number."""
    return np.array([one_number(cost(float(value)), name) for value in values])


def draw_one_prediction(mse: Loss, mae: Loss) -> Axes:
    """Draw what one prediction costs under both losses, for errors from −3 to 3. Returns the Axes."""
    errors = np.linspace(-3, 3, 61)
    squared = _costs("mse", lambda error: mse(np.array([0.0]), np.array([error])), errors)
    absolute = _costs("mae", lambda error: mae(np.array([0.0]), np.array([error])), errors)
    with card(8, 4.2) as figure:
        ax = figure.subplots()
        for costs, name, colour, line in (
            (squared, "squared (MSE)", BLUE, "-"),
            (absolute, "absolute (MAE)", ORANGE, "--"),
        ):
            ax.plot(errors, costs, line, color=colour, linewidth=2.5)
            ax.annotate(name, (3, costs[-1]), xytext=(6, -4), textcoords="offset points", color=colour)
        ax.set(xlabel="prediction − true value", ylabel="loss", xlim=(-3, 3))
        ax.set_title("The loss of a single prediction")
        describe(
            figure,
            "Two curves that meet at 0 for an exact prediction. At an error of 3 the squared one is at "
            f"{squared[-1]:.3g} and is still getting steeper; the absolute one is a straight line to "
            f"{absolute[-1]:.3g}.",
        )
    return ax


def draw_best_constant(mse: Loss, mae: Loss, usual: npt.ArrayLike, with_outlier: npt.ArrayLike) -> Any:
    """Draw both losses of one constant guess against that guess, without and with an outlier.

    usual, with_outlier: n numbers each. Marks the lowest point of every curve. Returns an array of two Axes.
    """
    guesses = np.linspace(10, 40, 301)

    def curve(name: str, loss: Loss, rides: npt.ArrayLike) -> npt.NDArray[np.float64]:
        true = np.asarray(rides)
        return _costs(name, lambda guess: loss(true, np.full(len(true), guess)), guesses)

    losses = {"mse": mse, "mae": mae}.items()
    curves = [(curve(*loss, usual), curve(*loss, with_outlier)) for loss in losses]
    with card(9, 4.2) as figure:
        axes = figure.subplots(1, 2)
        for ax, (without, with_it) in zip(axes, curves, strict=True):
            for costs, label, colour, line, inside, height in (
                (without, "five usual rides", BLUE, "-", BLUE, 0.12),
                (with_it, "one of them in a jam", ORANGE, "--", CARD, 0.97),
            ):
                best = int(np.argmin(costs))
                ax.plot(guesses, costs, line, color=colour, linewidth=2.5)
                ax.plot(guesses[best], costs[best], "o", color=colour, markerfacecolor=inside, markersize=9)
                text = f"{label}:\nbest guess {guesses[best]:.1f}"
                ax.text(0.5, height, text, transform=ax.transAxes, ha="center", va="top", color=colour)
            # Room for the lowest label; no loss is negative.
            top = ax.get_ylim()[1]
            tick_at(ax.yaxis, [tick for tick in ax.get_yticks() if 0 <= tick <= top])
            ax.set_ylim(-0.2 * top, top)
            ax.set(xlabel="the one guess for every ride (minutes)")
        axes[0].set(title="MSE", ylabel="loss (minutes²)")
        axes[1].set(title="MAE", ylabel="loss (minutes)")
        (mse_best, mse_jam), (mae_best, mae_jam) = (
            (guesses[np.argmin(costs)] for costs in pair) for pair in curves
        )
        describe(
            figure,
            "The loss of one guess for all rides, against that guess. The best guess for five usual rides "
            f"is {mse_best:.1f} minutes under the MSE and {mae_best:.1f} under the MAE. With one in a jam "
            f"it is {mse_jam:.1f} under the MSE and {mae_jam:.1f} under the MAE.",
        )
    return axes


def draw_hinge(hinge: Loss) -> Axes:
    """Draw what one sample of either label costs against its score, from −3 to 3. Returns the Axes."""
    scores = np.linspace(-3, 3, 61)
    positive = _costs("hinge", lambda score: hinge(np.array([1]), np.array([score])), scores)
    negative = _costs("hinge", lambda score: hinge(np.array([-1]), np.array([score])), scores)
    with card(8, 4.2) as figure:
        ax = figure.subplots()
        ax.plot(scores, positive, "-", color=BLUE, linewidth=2.5)
        ax.plot(scores, negative, "--", color=ORANGE, linewidth=2.5)
        ax.annotate("label +1", (-3, positive[0]), xytext=(12, -4), textcoords="offset points", color=BLUE)
        ax.annotate(
            "label −1",
            (3, negative[-1]),
            xytext=(-12, -4),
            textcoords="offset points",
            color=ORANGE,
            ha="right",
        )
        ax.axvspan(-1, 1, color=GREY, alpha=0.12, linewidth=0)
        ax.text(0, 3.6, "not sure enough:\nboth labels cost something", ha="center", va="top", color=TEXT)
        ax.set(xlabel="score", ylabel="loss", xlim=(-3, 3), ylim=(-0.1, 4.2))
        tick_at(ax.yaxis, range(5))
        ax.set_title("The hinge loss of a single sample")
        describe(
            figure,
            f"The loss of one sample against its score. For label +1 it falls from {positive[0]:.3g} at a "
            f"score of −3 to {positive[-1]:.3g} from a score of 1 on. For label −1 it is the mirror image.",
        )
    return ax


def draw_cross_entropy(cross_entropy: Loss) -> Axes:
    """Draw what one sample costs against the probability given to its true class. Returns the Axes."""

    def cost(probability: float) -> float:
        return cross_entropy(np.array([0]), np.array([[probability, 1 - probability]]))

    # Closer together where the curve is steep.
    probabilities = 0.005 + 0.99 * np.linspace(0, 1, 61) ** 2
    marked = {0.01: "sure, and wrong", 0.1: "", 0.5: "undecided", 0.9: "sure, and right"}
    costs = _costs("cross_entropy", cost, probabilities)
    marked_costs = _costs("cross_entropy", cost, np.array(list(marked)))
    with card(8, 4.4) as figure:
        ax = figure.subplots()
        ax.plot(probabilities, costs, color=BLUE, linewidth=2.5)
        for (probability, remark), marked_cost in zip(marked.items(), marked_costs, strict=True):
            point = (probability, marked_cost)
            at_the_edge = probability > 0.8
            ax.plot(*point, "o", color=ORANGE, markersize=8)
            ax.annotate(
                f"{marked_cost:.2f}  {remark}",
                point,
                xytext=(8, 16) if at_the_edge else (10, 6),
                textcoords="offset points",
                ha="right" if at_the_edge else "left",
                color=ORANGE,
            )
        ax.set(xlabel="probability given to the true class", ylabel="loss", xlim=(0, 1), ylim=(0, None))
        ax.set_title("The cross-entropy of a single sample")
        points = ", ".join(f"{c:.2f} at {p}" for p, c in zip(marked, marked_costs, strict=True))
        describe(
            figure,
            "A curve that falls as the probability given to the true class grows, steeply at first. The loss "
            f"is {points}.",
        )
    return ax


def _of_truth(labels: npt.NDArray[Any], probabilities: npt.ArrayLike) -> npt.NDArray[Any]:
    return np.asarray(np.asarray(probabilities)[np.arange(len(labels)), labels])


def draw_confidence(labels: npt.ArrayLike, careful: npt.ArrayLike, bold: npt.ArrayLike) -> Any:
    """Draw the probability that two models give to the true class of each sample.

    labels: n integers; careful, bold: (n, 2) probabilities. Returns an array of two Axes.
    """
    labels = np.asarray(labels)
    with card(9, 3.8) as figure:
        axes = figure.subplots(1, 2, sharey=True)
        for ax, name, probabilities in ((axes[0], "careful", careful), (axes[1], "bold", bold)):
            of_truth = _of_truth(labels, probabilities)
            are_right = of_truth > 0.5
            samples = range(1, len(labels) + 1)
            ax.bar(
                samples,
                of_truth,
                color=np.where(are_right, BLUE, CARD),
                edgecolor=np.where(are_right, BLUE, ORANGE),
                hatch=[None if right else "//" for right in are_right],
            )
            for sample, probability, right in zip(samples, of_truth, are_right, strict=True):
                ax.text(
                    sample,
                    probability + 0.02,
                    f"{'✓' if right else '✗'} {probability:.2f}",
                    ha="center",
                    color=BLUE if right else ORANGE,
                    fontfamily=mark_fonts(),
                )
            ax.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
            ax.set(xlabel="sample", ylim=(0, 1.08))
            tick_at(ax.xaxis, samples)
            ax.set_title(f"The {name} model")
        axes[0].set_ylabel("probability of the true class")
        describe(
            figure,
            "The probability of the true class for each sample, as bars. "
            + " ".join(
                f"The {name} model: {', '.join(f'{p:.2f}' for p in _of_truth(labels, probabilities))}."
                for name, probabilities in (("careful", careful), ("bold", bold))
            ),
        )
    return axes
