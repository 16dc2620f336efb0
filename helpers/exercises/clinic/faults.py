"""The names of the faults to choose from, and which of them a student means by what they write."""

from __future__ import annotations

import hashlib
import re

# The seven faults of the lesson, and some that none of its trainings has.
FAULTS = (
    "learning rate too high",
    "learning rate too low",
    "pixels not scaled",
    "shuffled labels",
    "softmax missing",
    "too few layers",
    "too few neurons",
    "too many epochs",
    "trained on test data",
    "wrong activation in the hidden layer",
    "wrong loss for the labels",
)
_FILLER_WORDS = frozenset({"a", "an", "are", "is", "the", "was", "were"})


def fault_meant(written: str) -> str | None:
    """The one fault that has all the words written, in any order; None if there is none or more than one."""
    fitting = possible_faults(written)
    return fitting[0] if len(fitting) == 1 else None


def possible_faults(written: str) -> list[str]:
    """All faults that have all the words written; an empty list for a text without words."""
    words = _words(written)
    return [fault for fault in FAULTS if words and words <= _words(fault)]


def key_of(patient: str, fault: str) -> str:
    """A digest of a patient's fault, so that reading an exercise does not give away its answer."""
    return hashlib.sha256(f"{patient}: {fault}".encode()).hexdigest()[:8]


def _words(text: str) -> frozenset[str]:
    found = set(re.findall(r"[a-z]+", text.casefold())) - _FILLER_WORDS
    # Without a final s, pixel and pixels are the same word.
    return frozenset(word.rstrip("s") for word in found)
