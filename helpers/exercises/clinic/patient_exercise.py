"""An exercise in two parts: name the fault of a training, and mend it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

from helpers.exercises.clinic.faults import FAULTS, fault_meant, key_of
from helpers.exercises.clinic.mends import (
    CURVES,
    MENDS,
    MISSING,
    NEW_IMAGES,
    NO_NETWORK,
    TEST_IMAGES,
    Signs,
    signs_of,
)
from helpers.exercises.clinic.names import WRONG_NAMES
from helpers.exercises.clinic.thresholds import FULL_MARKS_FROM
from helpers.kit.exercise import LINE_WIDTH, NotAttempted, NotYet
from helpers.kit.models import TrainingExercise
from helpers.kit.values import show

# For the name alone. A good network without the name earns nothing: it may be any network.
MARKS_FOR_NAME = 1


@dataclass(frozen=True)
class PatientExercise(TrainingExercise):
    """A broken training: the answers are the name of its fault, and a network trained without it.

    key: the digest of the fault's name. sign: what to look at in its curves, after a wrong name.
    The slip of naming a fault on the list has that fault's name, and its result says whether a name is that
    one. All other slips are the same for every patient: see names and mends.
    """

    key: str = field(kw_only=True)
    sign: str = field(kw_only=True)

    def examine(self, *answers: Any, start: int = TEST_IMAGES) -> None:
        """Look at the fault's name, then at the mended network. Raises NotYet or NotAttempted.

        start: the first of the test images that the network is judged by, from 2000 to 6000.
        """
        fault, mended = answers
        self._examine_name(fault, mended)
        self._examine_mend(mended, start)

    def check(self, *answers: Any) -> None:
        """Say what is right, and what it is worth. Raises NotYet or NotAttempted if it is worth nothing."""
        fault, mended = answers
        self._examine_name(fault, mended)
        try:
            signs = self._examine_mend(mended, TEST_IMAGES)
        except (NotYet, NotAttempted) as still_missing:
            print(f"◐ {self.name}: the fault is right, for {MARKS_FOR_NAME} of {self.points} marks.")
            for line in str(still_missing).splitlines():
                print(textwrap.fill(line, LINE_WIDTH))
            return
        print(f"✓ {self.name}: right.")
        if signs.mended < 1:
            print(
                f"The network labels {signs.new:.3f} of {NEW_IMAGES} new images right, which earns part of "
                f"the marks. Full marks start at {FULL_MARKS_FROM}: train it a little longer."
            )

    def marks(self, *answers: Any, start: int = TEST_IMAGES) -> float:
        """Marks for the name and for the network. Raises NotYet or NotAttempted if there are none.

        start: as in examine.
        """
        fault, mended = answers
        self._examine_name(fault, mended)
        try:
            signs = self._examine_mend(mended, start)
        except (NotYet, NotAttempted):
            return MARKS_FOR_NAME
        if signs.mended == 1:
            return self.points
        return round(MARKS_FOR_NAME + (self.points - MARKS_FOR_NAME) * signs.mended, 2)

    @property
    def _number(self) -> str:
        return self.name.rpartition("_")[2]

    def _examine_name(self, fault: Any, mended: Any) -> None:
        written = f"fault_{self._number}"
        if fault is ...:
            raise (
                self.not_attempted()
                if mended is ...
                else self.not_attempted(
                    f"{written} comes first. A mended network counts once its fault is named."
                )
            )
        name = fault_meant(fault) if isinstance(fault, str) else None
        if name is None:
            raise self.not_yet(
                f"{written} is {show(fault)}, which is not one of the names on the list: "
                f"{', '.join(FAULTS)}.",
                next(slip for slip in WRONG_NAMES if slip.result(fault)),
            )
        if key_of(self.name, name) != self.key:
            raise self.not_yet(
                f"{written} is {show(name)}, but these curves show something else. {self.sign}",
                *(slip for slip in self.misconceptions if slip.slip in FAULTS and slip.result(name)),
            )

    def _examine_mend(self, mended: Any, start: int) -> Signs:
        """The signs of a network that is mended enough for marks. Raises NotYet or NotAttempted."""
        written = f"mended_{self._number}"
        if MISSING.result(mended):
            raise self.not_attempted(f"{written} comes next. {MISSING.advice}")
        if NO_NETWORK.result(mended):
            raise self.not_yet(
                f"{written} is of type {type(mended).__name__}: it should be a Keras model.",
                CURVES if CURVES.result(mended) else NO_NETWORK,
            )
        signs: Signs = self._ask(f"{written}.predict(images)", lambda: signs_of(mended, start))
        if signs.mended:
            return signs
        raise self.not_yet(
            f"{written} labels {signs.new:.3f} of {NEW_IMAGES} new images right ({FULL_MARKS_FROM} is "
            f"enough), {signs.test:.3f} of the test images and {signs.training:.3f} of the training images.",
            *[slip for slip in MENDS if slip.result(signs)][:1],
        )
