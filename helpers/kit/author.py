"""What an author writes of an exercise in `source/<lesson>/exercises.py`: inputs, slips and hints.

Nothing right is in it. The solution in the lesson's text says what is right, and `course build` works out
the results of both. Each kind of exercise has a class here, by whose `kind` the registries find the rest:
`helpers/kit/tables.py` what reads its entry, and `grader/authoring/kinds/` what works it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from helpers.kit.cases import Earlier as Earlier
from helpers.kit.measuring import AskedImages as AskedImages
from helpers.kit.new_images import NewImages as NewImages


@dataclass(frozen=True)
class Slip:
    """A known wrong way.

    slip: its short name. wrong: a function of the exercise's arguments, or an expression in their names and
    in those that the lesson has made so far, the solution's among them; some kinds of exercise take a sign
    instead. advice: what helps without giving the solution away.
    """

    slip: str
    wrong: Any
    advice: str


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What all kinds have in common. The name of an exercise is that of the variable.

    hints: the first nudges, the second nearly tells.
    kind: by this name it is found in the registries.
    """

    hints: tuple[str, str]
    slips: Sequence[Slip] = ()
    kind: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Function(Exercise):
    """An exercise in which the student writes a function that gives numbers, text, or dicts of arrays.

    cases, hidden: arguments by the names in the task, for the visible check and for the hidden one.
    results: the names of the results, where the function returns several. free: those of them that are up to
    the student, such as a cache.
    earlier: the earlier answer, handed to `check` as well, whose results the function takes. arguments: then,
    those of the function; a case has those that do not come from the earlier answer.
    if_float64: what to say of a right answer whose first result is an array of that type, if anything.
    """

    cases: Sequence[Mapping[str, Any]]
    hidden: Sequence[Mapping[str, Any]]
    results: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    earlier: Earlier | None = None
    arguments: tuple[str, ...] = ()
    if_float64: str = ""
    kind = "function"


@dataclass(frozen=True, kw_only=True)
class Network(Exercise):
    """An exercise in which the student builds a Keras model.

    Everything about the right model comes from the solution. A slip's `wrong` is a model, or something else
    that is not one: an expression, or a function of the solution's model. Where such a function also takes
    `n`, a size of a layer is left open.
    said: the activations of the right model, as a message names them ("relu and then softmax").
    inputs: other shapes of one input, to be tried where a model refuses the right ones.
    metric: the name that the accuracy needs, "" for any.
    seeds: which random inputs and weights the visible and the hidden check use.
    """

    said: str
    inputs: Sequence[tuple[int, ...]] = ()
    metric: str = ""
    seeds: tuple[int, int] = (1, 2026)
    arguments: Sequence[Mapping[str, Any]] = ({},)
    hidden_arguments: Sequence[Mapping[str, Any]] = ({},)
    kind = "network"


@dataclass(frozen=True, kw_only=True)
class NetworkFunction(Network):
    """An exercise in which the student writes a function that builds a Keras model, a new one at each call.

    arguments, hidden_arguments: what it is called with, at least two times.
    The `wrong` of a slip may also be "one model" or "same start": what two calls should not give.
    """

    kind = "network_function"


# In place of a sign: the slip is named where no other is.
OTHERWISE = "otherwise"


@dataclass(frozen=True, kw_only=True)
class Measuring(Exercise):
    """An exercise whose slips are known by signs: expressions in names of what is measured.

    dataset: of the course. images: which of its images signs may ask a model about, by name. Then
    `test.outputs`, `test.accuracy`, `test.evaluated` and `test.labels` are measured of the images `test`.
    A sign that is true or false says whether the slip is there; any other is what the slip gives.
    """

    dataset: str
    images: Mapping[str, AskedImages]


@dataclass(frozen=True, kw_only=True)
class Predictions(Measuring):
    """An exercise that asks for what a model gives. expected: a sign. add_up: whether rows add up to 1."""

    expected: str
    add_up: bool = False
    kind = "predictions"


@dataclass(frozen=True, kw_only=True)
class Labels(Measuring):
    """An exercise that asks for the place of the highest of each row of `confidences`.

    Signs of an `answer` that is another kind of thing are `answer.is_text` and `answer.is_whole_numbers`.
    """

    kind = "labels"


@dataclass(frozen=True, kw_only=True)
class Accuracy(Measuring):
    """An exercise that asks for a model's accuracy, with part marks between two accuracies.

    model: its name. expected: a sign. for_marks, for_full_marks: what to think about where the model earns
    no marks, and part of them.
    """

    model: str = "model"
    expected: str = "test.accuracy"
    no_marks_below: float
    full_marks_from: float
    for_marks: str
    for_full_marks: str
    kind = "accuracy"


@dataclass(frozen=True, kw_only=True)
class Record(Measuring):
    """An exercise that asks for what `fit` returns, and looks at the model if the check gets that as well.

    curves: which the record has to hold besides the loss. epochs: how many are asked for; None: any number.
    Of a record `record.epochs`, `record.first_loss`, `record.val_accuracy` and so on are measured; see
    helpers/kit/measuring.py. Signs of what was given in its place are `answer.is_model` and the like.
    """

    dataset: str = ""
    images: Mapping[str, AskedImages] = field(default_factory=dict)
    curves: Sequence[str] = ()
    epochs: int | None = None
    kind = "record"


@dataclass(frozen=True, kw_only=True)
class Arrays(Measuring):
    """An exercise in which training and test images are made into others.

    names: of the two arrays. expected, and each slip's `wrong`: a sign in `own`, the images as they were, and
    `training`, the training images; or two of them, for training and for test images. said: what is expected,
    as a message says it. hidden: the first image that the hidden check looks at.
    """

    images: Mapping[str, AskedImages] = field(default_factory=dict)
    names: tuple[str, str]
    expected: str
    said: str
    hidden: int
    kind = "arrays"


@dataclass(frozen=True, kw_only=True)
class Names(Exercise):
    """An exercise that asks for a list of names in a fixed order, which the solution knows.

    A slip's `wrong` is a function of the right list, or says what was given: "str", "no list", "no names",
    "other keys", "joined" (a comma is missing), "spelled otherwise", "another order".
    """

    kind = "names"


@dataclass(frozen=True, kw_only=True)
class Own(Exercise):
    """An exercise of a lesson's own class, which is `where`, as "module:class".

    parts: what else the class takes, as plain data. hidden: arguments of `examine` for hidden checks.
    measured: what signs may name. words: by which the class knows slips; any other `wrong` is a sign.
    """

    where: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    hidden: Sequence[Mapping[str, Any]] = ()
    measured: Sequence[str] = ()
    words: Sequence[str] = ()
    kind = "own"


@dataclass(frozen=True, kw_only=True)
class Axes(Exercise):
    """An exercise in which a function draws curves of a record.

    curves, limits, words: see helpers/kit/axes_exercise.py, which knows the words for slips as well. seed:
    which records the hidden check hands over.
    """

    curves: Mapping[str, str]
    limits: tuple[float, float]
    words: tuple[str, str]
    seed: int
    kind = "axes"


@dataclass(frozen=True, kw_only=True)
class BrokenTraining(Exercise):
    """An exercise in two parts: name the fault of a training from a list, and train a network without it.

    The solution assigns the fault's name as text. It is the right one, and the table holds its digest only.

    answers: the names of the student's variables, for the fault's name and for the network.
    faults: the names on the list, each with the usual advice to those who choose it wrongly.
    advice: what to say of some of them in this training instead.
    sign: what to look at in its curves, said to all who name another fault.
    network: what the network is judged by. hidden_start: from which test image on its marks are worked out.
    marks_for_name: for the name alone.
    """

    answers: tuple[str, str]
    faults: Mapping[str, str]
    advice: Mapping[str, str]
    sign: str
    network: NewImages
    hidden_start: int
    marks_for_name: float = 1
    kind = "broken_training"


@dataclass(frozen=True, kw_only=True)
class Batches(Function):
    """An exercise in which the student writes a generator of shuffled batches, for one epoch.

    The arguments of a case are x, y, batch_size and seed. The function is called with an rng made from the
    seed; what counts is all that can be said about its batches whatever their order.
    """

    arguments: tuple[str, ...] = ("x", "y", "batch_size", "rng")
    kind = "batches"


@dataclass(frozen=True, kw_only=True)
class Numbers(Exercise):
    """An exercise in which the student works out numbers, one after the other, each a name of its own.

    names: of the numbers, as `check` takes them. The `wrong` of a slip is statements that change some of the
    numbers, or some of what they are made from; the solution works out the numbers that these leave alone.
    """

    names: tuple[str, ...]
    kind = "numbers"
