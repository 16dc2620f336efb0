"""The weighted sum of one neuron."""

from __future__ import annotations

import numpy as np

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise

weighted_sum = FunctionExercise(
    name="weighted_sum",
    points=3,
    hints=(
        "Each input has a weight of its own: what do you do with such a pair? What happens once, at the end?",
        "w * x multiplies the two arrays pair by pair, and np.sum adds the products up. The bias is added "
        "once.",
    ),
    cases=(
        Case({"x": np.array([6.0, 2.0, 2.0]), "w": np.array([0.5, -1.5, -1.0]), "b": 1.0}, -1.0),
        Case({"x": np.array([1.0, 2.0]), "w": np.array([3.0, -1.0]), "b": 0.5}, 1.5),
    ),
    misconceptions=(
        Misconception(
            "bias left out",
            lambda x, w, _b: np.sum(w * x),
            "The products are added up as they should be. One number of the formula is not used yet.",
        ),
        Misconception(
            "bias added for every input",
            lambda x, w, b: np.sum(w * x + b),
            "A neuron has one bias, however many inputs it has. Here it is added once for each input.",
        ),
        Misconception(
            "not added up",
            lambda x, w, b: w * x + b,
            "These are several numbers, one for each input. A neuron holds a single number: what does Σ "
            "ask for?",
        ),
        Misconception(
            "inputs and weights added up before multiplying",
            lambda x, w, b: np.sum(w) * np.sum(x) + b,
            "The order matters: each input meets its own weight first, then the products are added up.",
        ),
        Misconception(
            "weights added instead of multiplied",
            lambda x, w, b: np.sum(w + x) + b,
            "A weight says how much its input counts: a weight of 0 must silence it. Adding cannot do that.",
        ),
        Misconception(
            "bias subtracted",
            lambda x, w, b: np.sum(w * x) - b,
            "Look at the sign before the bias in the formula.",
        ),
        Misconception(
            "mean instead of sum",
            lambda x, w, b: np.mean(w * x) + b,
            "The products are averaged here. Σ only adds up: more inputs may well make a larger sum.",
        ),
        Misconception(
            "weighted average",
            lambda x, w, b: np.sum(w * x) / np.sum(w) + b,
            "Dividing by the sum of the weights makes an average of the inputs. A neuron does not divide: "
            "its weights need not add up to 1.",
        ),
        Misconception(
            "only the first input",
            lambda x, w, b: w[0] * x[0] + b,
            "Only the first input has come in. In a loop, return ends it at once: should that line be "
            "indented so far?",
        ),
        Misconception(
            "only the last input",
            lambda x, w, b: w[-1] * x[-1] + b,
            "Only the last input is left. In a loop, each round must add to what the rounds before it gave.",
        ),
        Misconception(
            "last input left out",
            lambda x, w, b: np.sum(w[:-1] * x[:-1]) + b,
            "The last input is missing. range(n) ends at n - 1 by itself.",
        ),
        Misconception(
            "bias multiplied",
            lambda x, w, b: np.sum(w * x) * b,
            "The bias shifts the sum; it does not stretch it. Look at the sign before b in the formula.",
        ),
        Misconception(
            "relu on top",
            lambda x, w, b: max(0.0, float(np.sum(w * x) + b)),
            "A weighted sum may be negative: keep it as it is. What turns it into 0 comes later in this "
            "lesson.",
        ),
    ),
)
