"""What students write instead of a fault's name, and what the faults on the list usually look like."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.exercises.clinic.faults import possible_faults
from helpers.kit.exercise import Misconception

# About what was written when it does not name one fault; the student hears of the first that fits.
WRONG_NAMES = (
    Misconception(
        "not text",
        lambda written: not isinstance(written, str),
        "Write one name, in quotation marks.",
    ),
    Misconception(
        "several faults fit",
        lambda written: len(possible_faults(written)) > 1,
        "More than one name on the list has these words. Write the whole name.",
    ),
    Misconception(
        "not on the list",
        lambda written: not possible_faults(written),
        "Describe less and choose more: copy the one name that fits these curves best.",
    ),
)


def naming(fault: str, advice: str) -> Misconception:
    """The slip of naming that fault."""
    return Misconception(fault, lambda name: name == fault, advice)


# For patients that have no better advice on a name. Each is true of every patient that uses it.
USUAL_NAMINGS = (
    naming("learning rate too high", "Steps that are too long make a loss leap up and down, or end as nan."),
    naming(
        "learning rate too low",
        "With steps that are too short both losses start where guessing does, and creep down evenly.",
    ),
    naming(
        "pixels not scaled",
        "With pixels up to 255 the loss is many times that of guessing before the first step.",
    ),
    naming(
        "shuffled labels",
        "With the labels of other images a network can still learn its own by heart, while the validation "
        "accuracy stays near guessing. Is that what you see?",
    ),
    naming(
        "softmax missing",
        "Without softmax the outputs are not confidences, and the loss is far from 2.3 before the first "
        "step.",
    ),
    naming(
        "too few layers",
        "The healthy run has one hidden layer as well. Could a second one change what is odd here?",
    ),
    naming("too few neurons", "This network has no fewer neurons than the healthy run."),
    naming(
        "too many epochs",
        "Too many epochs spoil a validation accuracy that was good before. Was this one ever good?",
    ),
    naming(
        "trained on test data",
        "A network that is judged by images it has learned from looks too good to be true. Does this one?",
    ),
    naming("wrong activation in the hidden layer", "The hidden layer has relu, as in the healthy run."),
    naming(
        "wrong loss for the labels",
        "With ten classes, a cross-entropy that fits the labels starts near 2.3. Where does this loss start?",
    ),
)


def usual_namings(but: Iterable[Misconception]) -> tuple[Misconception, ...]:
    """The usual advice on all other faults, and on the patient's own: a gap would give its name away."""
    better = {slip.slip for slip in but}
    return tuple(slip for slip in USUAL_NAMINGS if slip.slip not in better)
