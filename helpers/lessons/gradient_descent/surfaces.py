"""Functions and gradients for checks: what is differentiated, and what is walked down."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.values import typed

Numbers = npt.NDArray[Any]


@typed("lambda x: x**2")
def square(x: float) -> float:
    """x²."""
    return x**2


@typed("lambda x: x**3")
def cube(x: float) -> float:
    """x³."""
    return x**3


@typed("lambda x: 2 * x")
def gradient_of_square(x: float) -> float:
    """The derivative of x², which is 2x."""
    return 2 * x


@typed("lambda t: np.array([2 * t[0], 8 * t[1]])")
def gradient_of_bowl(theta: Numbers) -> Numbers:
    """The gradient of θ₀² + 4θ₁², which is (2θ₀, 8θ₁). theta: shape (2,), as is the result."""
    return np.array([2 * theta[0], 8 * theta[1]])


@typed("lambda t: np.array([2 * t[0] + t[1], t[0] + 4 * t[1] - 1])")
def gradient_of_tilted_bowl(theta: Numbers) -> Numbers:
    """The gradient of θ₀² + θ₀θ₁ + 2θ₁² − θ₁: (2θ₀ + θ₁, θ₀ + 4θ₁ − 1). theta: (2,), as is the result."""
    return np.array([2 * theta[0] + theta[1], theta[0] + 4 * theta[1] - 1])
