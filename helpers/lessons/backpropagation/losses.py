"""Losses of any params, for checks of a numerical gradient: each takes a dict of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from helpers.kit.values import typed

Params = Mapping[str, npt.NDArray[Any]]


@typed("lambda params: sum(np.sum(array**3) for array in params.values())")
def sum_of_cubes(params: Params) -> float:
    """The sum of the cubes of all entries."""
    return float(sum(np.sum(np.asarray(array) ** 3) for array in params.values()))


@typed("lambda params: np.sum(params['W'] ** 2) + 3 * np.sum(params['b'] ** 2)")
def sum_of_squares(params: Params) -> float:
    """The sum of the squares; those of b count three times. params: W and b."""
    return float(np.sum(params["W"] ** 2) + 3 * np.sum(params["b"] ** 2))


@typed("lambda params: params['a'][0] * params['a'][1] ** 2 + np.sum(params['B']) ** 3")
def product_and_cube(params: Params) -> float:
    """a₀ times the square of a₁, plus the cube of the sum of B. params: a, shape (2,), and B."""
    return float(params["a"][0] * params["a"][1] ** 2 + np.sum(params["B"]) ** 3)


@typed("lambda params: np.sum(params['W1'] ** 4)")
def fourth_power(params: Params) -> float:
    """The sum of the fourth powers. params: W1."""
    return float(np.sum(params["W1"] ** 4))
