"""Random generators by their states: the global ones, and NumPy's own, whose states may be anything."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from grader.judge.plain import CannotTravelError


def generator(kind: str, state: Any) -> Any:
    """Make a random generator of NumPy's from its state. Raises CannotTravelError for odd ones."""
    known = {"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"}
    try:
        _check_place(kind, state)
        if kind == "RandomState":
            made = np.random.RandomState(0)
            made.set_state(state)
            return made
        if kind in known:
            bits = getattr(np.random, kind)(0)
            bits.state = state
            return np.random.Generator(bits)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise CannotTravelError(f"A random generator has an odd state: {error}") from None
    raise CannotTravelError(f"A random generator of the kind {kind[:40]} cannot be handed over.")


# How many numbers a generator has ready. NumPy reads the next one from wherever its state says that it is.
READY = {"RandomState": 624, "MT19937": 624, "Philox": 4}


def _check_place(kind: str, state: Any) -> None:
    """Raise ValueError for a state that looks for its next number outside those that are ready."""
    if kind in READY:
        place = state["buffer_pos"] if kind == "Philox" else state["state"]["pos"]
        if type(place) is not int or not 0 <= place <= READY[kind]:
            raise ValueError("its place is beyond its numbers")


def global_states() -> tuple[Any, ...]:
    """The states of the global random generators, Python's and NumPy's."""
    return random.getstate(), np.random.get_state(legacy=False)


def are_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether both give the same random numbers from now on."""
    return (
        one[0] == other[0]
        and one[1]["state"]["pos"] == other[1]["state"]["pos"]
        and np.array_equal(one[1]["state"]["key"], other[1]["state"]["key"])
        and (one[1]["has_gauss"], one[1]["gauss"]) == (other[1]["has_gauss"], other[1]["gauss"])
    )
