"""The slope of a function, by central differences."""

from __future__ import annotations

from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise


def square(x: float) -> float:
    """x², for checks."""
    return x**2


def cube(x: float) -> float:
    """x³, for checks."""
    return x**3


slope = FunctionExercise(
    name="slope",
    points=2,
    hints=(
        "You need the curve's height at two places, a little to the right of x and a little to the left. How "
        "far apart are these places?",
        "The numerator is f(x + h) - f(x - h), the denominator 2 * h. Put brackets around both.",
    ),
    cases=(
        Case({"f": square, "x": 3.0, "h": 0.5}, 6.0),
        Case({"f": cube, "x": 2.0, "h": 0.5}, 12.25),
    ),
    misconceptions=(
        Misconception(
            "forward difference",
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "That looks only to the right of x. The central difference looks equally far to both sides.",
        ),
        Misconception(
            "backward difference",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "That looks only to the left of x. The central difference looks equally far to both sides.",
        ),
        Misconception(
            "divided by h instead of 2h",
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "The rise is right. How far is it from x − h to x + h?",
        ),
        Misconception(
            "multiplied by h after dividing by 2",
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Python works from left to right: / 2 * h divides by 2 and then multiplies by h. The whole 2h "
            "belongs below the fraction line.",
        ),
        Misconception(
            "brackets around the difference forgotten",
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Only the second height is divided here. The difference comes first, so it needs brackets.",
        ),
        Misconception(
            "sign flipped",
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "Where the curve rises to the right, the slope is positive. Which height do you subtract from "
            "which?",
        ),
        Misconception(
            "heights added instead of subtracted",
            lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
            "The rise is how much higher the curve is on the right than on the left. Here both heights are "
            "added.",
        ),
        Misconception(
            "half as far to each side",
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You look h/2 to each side. The task looks h to each side, so the two places are 2h apart.",
        ),
        Misconception(
            "h not used",
            lambda f, x, _h: (f(x + 1e-4) - f(x - 1e-4)) / 2e-4,
            "This is the slope for a far smaller step. Use the h that is passed in.",
        ),
        Misconception(
            "derivative of x² for every f",
            lambda _f, x, _h: 2 * x,
            "2x is the derivative of x² alone. Call the f that is passed in to get the heights: it may be "
            "any function.",
        ),
        Misconception(
            "second derivative",
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
            "That tells how the slope itself changes. For the slope, two heights are enough.",
        ),
    ),
)
