"""Exercises in two parts: name the fault of a training from a list, and train a network without it."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Self

from helpers.kit.exercise import LINE_WIDTH, NotAttempted, NotYet
from helpers.kit.models import TrainingExercise, is_model
from helpers.kit.new_images import SLIPS, NewImages, Signs
from helpers.kit.outcome import Slip
from helpers.kit.tables import common
from helpers.kit.values import show

NOT_TEXT = Slip("not text", "Write one name, in quotation marks.")
SEVERAL_FIT = Slip(
    "several faults fit", "More than one name on the list has these words. Write the whole name."
)
PART_OF_A_NAME = Slip(
    "part of a name", "A name on the list has this in it, and more that matters. Write the whole name."
)
MISSPELT = Slip("misspelt", "Copy the name from the list, letter by letter.")
NOT_ON_THE_LIST = Slip(
    "not on the list", "Describe less and choose more: copy the one name that fits these curves best."
)
NO_NETWORK_YET = Slip(
    "no mended network", "For the other marks, make a new network and train it without the fault."
)
CURVES = Slip(
    "curves instead of the network",
    "That is the record of a training. Keep the trained network itself under this name.",
)
NOT_A_NETWORK = Slip(
    "something other than a network",
    "Keep the network itself under this name, once it is compiled and trained.",
)
IN_EACH = (
    NOT_TEXT,
    SEVERAL_FIT,
    PART_OF_A_NAME,
    MISSPELT,
    NOT_ON_THE_LIST,
    NO_NETWORK_YET,
    CURVES,
    NOT_A_NETWORK,
)
# From how alike on a text is taken for a misspelt name, by difflib.
ALIKE = 0.85
FILLER_WORDS = frozenset({"a", "an", "are", "for", "in", "is", "on", "the", "was", "were"})
# Fewer words could be about anything: "high", say.
FEWEST_WORDS = 2
# Without this word a name would mean its opposite.
NOT = "not"


def names_meant(written: str, names: Sequence[str]) -> list[str]:
    """The names that a text can mean: it has at least two of their words, and "not" where they have it."""
    words = _words(written)
    return [
        name
        for name in names_with(written, names)
        if len(words) >= FEWEST_WORDS and (NOT in words or NOT not in _words(name))
    ]


def names_with(written: str, names: Sequence[str]) -> list[str]:
    """The names that have all the words written; none for a text without words."""
    words = _words(written)
    return [name for name in names if words and words <= _words(name)]


def _words(text: str) -> frozenset[str]:
    found = set(re.findall(r"[a-z]+", text.casefold())) - FILLER_WORDS
    # Without a final s, pixel and pixels are the same word.
    return frozenset(word.rstrip("s") for word in found)


def _of_a_name(named: int) -> Slip:
    """The slip of a text that means no name, or several. named: how many names have all its words."""
    return SEVERAL_FIT if named > 1 else PART_OF_A_NAME if named else NOT_ON_THE_LIST


def key_of(exercise: str, fault: str) -> str:
    """A digest of a fault's name, so that reading an exercise does not give away its answer."""
    return hashlib.sha256(f"{exercise}: {fault}".encode()).hexdigest()[:8]


@dataclass(frozen=True, repr=False)
class BrokenTrainingExercise(TrainingExercise):
    """A broken training: the answers are the name of its fault, and a network trained without it.

    answers: the names of the student's two variables. faults: the names on the list; each is a slip as well.
    key: the digest of the right one. sign: what to look at in the curves, said after a wrong name.
    marks_for_name: for the name alone. A good network without the name earns nothing: it may be any network.
    """

    answers: tuple[str, str] = field(kw_only=True)
    faults: tuple[str, ...] = field(kw_only=True)
    key: str = field(kw_only=True)
    sign: str = field(kw_only=True)
    marks_for_name: float = field(kw_only=True)
    network: NewImages = field(kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        both = common(entry)
        faults = tuple(slip.slip for slip in both["slips"])
        both["slips"] += (*IN_EACH, *(slip for slip, _ in SLIPS))
        first, second = entry["answers"]
        return cls(
            **both,
            answers=(first, second),
            faults=faults,
            key=entry["key"],
            sign=entry["sign"],
            marks_for_name=entry["marks_for_name"],
            network=NewImages(**entry["network"]),
        )

    def examine(self, *answers: Any) -> None:
        """Look at the fault's name, then at the mended network. Raises NotYet or NotAttempted."""
        fault, mended = answers
        self._examine_name(fault, mended)
        self._examine_network(mended, self.network.start)

    def check(self, *answers: Any) -> None:
        """Say what is right, and what it is worth. Raises NotYet or NotAttempted if it is worth nothing."""
        fault, mended = answers
        self._examine_name(fault, mended)
        try:
            signs = self._examine_network(mended, self.network.start)
        except (NotYet, NotAttempted) as still_missing:
            print(f"◐ {self.name}: the fault is right, for {self.marks_for_name} of {self.points} marks.")
            for line in str(still_missing).splitlines():
                print(textwrap.fill(line, LINE_WIDTH))
            return
        print(f"✓ {self.name}: right.")
        if self.network.share(signs) < 1:
            print(
                f"The network has an accuracy of {signs.new:.4f} on {self.network.new:,} new images, which "
                f"earns part of the marks. Full marks start at {self.network.full_marks_from}: train it a "
                "little longer."
            )

    def check_hidden(self, answers: Sequence[Any], *cases: Mapping[str, Any]) -> float:
        """Marks by new images that the visible check does not use. Raises NotYet or NotAttempted for none.

        cases: each with `start`, the first of the images.
        """
        return min(self.marks(*answers, **case) for case in cases)

    def marks(self, *answers: Any, start: int | None = None) -> float:
        """Marks for the name and for the network. Raises NotYet or NotAttempted if there are none.

        start: the first of the new images, by default that of the visible check.
        """
        fault, mended = answers
        self._examine_name(fault, mended)
        start = self.network.start if start is None else start
        try:
            share = self.network.share(self._examine_network(mended, start))
        except (NotYet, NotAttempted):
            return self.marks_for_name
        if share == 1:
            return self.points
        return round(self.marks_for_name + (self.points - self.marks_for_name) * share, 2)

    def _examine_name(self, fault: Any, mended: Any) -> None:
        written, _ = self.answers
        if fault is ...:
            comes_first = f"{written} comes first. A mended network counts once its fault is named."
            raise self.not_attempted(*([] if mended is ... else [comes_first]))
        meant = names_meant(fault, self.faults) if isinstance(fault, str) else []
        named = names_with(fault, self.faults) if isinstance(fault, str) else []
        if isinstance(fault, str) and not named and (near := get_close_matches(fault, self.faults, 1, ALIKE)):
            raise self.not_yet(
                f"{written} is {show(fault)}, which is not on the list. Did you mean {show(near[0])}?",
                MISSPELT,
            )
        if len(meant) != 1:
            raise self.not_yet(
                f"{written} is {show(fault)}, which is not one of the names on the list: "
                f"{', '.join(self.faults)}.",
                _of_a_name(len(named)) if isinstance(fault, str) else NOT_TEXT,
            )
        if key_of(self.name, meant[0]) != self.key:
            raise self.not_yet(
                f"{written} is {show(meant[0])}, but these curves show something else. {self.sign}",
                *(slip for slip in self.slips if slip.slip == meant[0]),
            )

    def _examine_network(self, mended: Any, start: int) -> Signs:
        """The signs of a network that is mended enough for marks. Raises NotYet or NotAttempted."""
        _, written = self.answers
        if mended is ...:
            raise self.not_attempted(f"{written} comes next. {NO_NETWORK_YET.advice}")
        if not is_model(mended):
            is_record = isinstance(mended, Mapping) or isinstance(getattr(mended, "history", None), Mapping)
            raise self.not_yet(
                f"{written} is of type {type(mended).__name__}: it should be a Keras model.",
                CURVES if is_record else NOT_A_NETWORK,
            )
        signs: Signs = self._ask(f"{written}.predict(images)", lambda: self.network.signs(mended, start))
        if self.network.share(signs):
            return signs
        raise self.not_yet(
            f"{written} has an accuracy of {signs.new:.4f} on {self.network.new:,} new images "
            f"({self.network.full_marks_from} is enough), {signs.test:.3f} on the test images and "
            f"{signs.training:.3f} on the training images.",
            next(slip for slip, shows in SLIPS if shows(signs)),
        )
