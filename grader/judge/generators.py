"""Random generators by their states: the global ones, and NumPy's own, whose states may be anything."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from grader.judge.plain import CannotTravelError

# What a SeedSequence holds of entropy, and how large it may be.
MOST_WORDS, LARGEST_POOL = 100, 64


def seed_of(random: np.random.Generator) -> dict[str, Any] | None:
    """What the SeedSequence of a generator is made of; None where it has another seed, or none."""
    seed = random.bit_generator.seed_seq
    return dict(seed.state) if type(seed) is np.random.SeedSequence else None


def _seed_sequence(seed: Any) -> np.random.SeedSequence:
    """Make a SeedSequence. Raises ValueError, TypeError or KeyError for odd ones."""
    if seed is None:
        return np.random.SeedSequence(0)
    entropy, spawn_key = seed["entropy"], seed["spawn_key"]
    words = entropy if isinstance(entropy, list | tuple) else [entropy]
    numbers = [*words, *spawn_key, seed["pool_size"], seed["n_children_spawned"]]
    if len(numbers) > MOST_WORDS or any(type(each) is not int or each < 0 for each in numbers):
        raise ValueError("its seed is not made of whole numbers")
    if not 4 <= seed["pool_size"] <= LARGEST_POOL or max(numbers).bit_length() > 32 * MOST_WORDS:
        raise ValueError("its seed is too large")
    return np.random.SeedSequence(**{**seed, "entropy": entropy, "spawn_key": tuple(spawn_key)})


def generator(kind: str, state: Any, seed: Any = None) -> Any:
    """Make a random generator of NumPy's from its state. Raises CannotTravelError for odd ones.

    seed: what its SeedSequence is made of, which generators derived from it begin with.
    """
    known = {"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"}
    try:
        _check_place(kind, state)
        if kind == "RandomState":
            made = np.random.RandomState(0)
            made.set_state(state)
            return made
        if kind in known:
            bits = getattr(np.random, kind)(_seed_sequence(seed))
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
