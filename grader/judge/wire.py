"""All that travels between the judge and a student's process: a handful of types, decoded strictly."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.executor.link import Link, LinkMisusedError

Kind = Literal["function", "iterator", "iterable", "object"]
ExactKind = Literal[
    "Fraction", "Decimal", "date", "datetime", "time", "timedelta", "Path",
    "Timestamp", "Timedelta", "missing",
]  # fmt: skip


class _Typed(msgspec.Struct, array_like=True, tag=True):
    pass


class Constant(_Typed, tag="k"):
    """An object of which Python has only one."""

    name: Literal["Ellipsis", "NotImplemented"]


class Big(_Typed, tag="b"):
    """A whole number of more than 64 bits, in hexadecimal digits."""

    digits: str


class Complex(_Typed, tag="c"):
    """A complex number."""

    real: float
    imaginary: float


class Exact(_Typed, tag="x"):
    """A fraction, a decimal number, a date, a time, a path, or what pandas has for such, as text."""

    kind: ExactKind
    text: str


class Data(_Typed, tag="y"):
    """Bytes, or a bytearray."""

    content: bytes
    kind: Literal["bytes", "bytearray"] = "bytes"
    number: int = 0


class Items(_Typed, tag="i"):
    """A container. number: what Same and Given call it by; 0 if they do not, here and below.

    maxlen: of a deque.
    """

    kind: Literal["list", "tuple", "set", "frozenset", "deque"]
    items: list[Value]
    number: int = 0
    maxlen: int | None = None


class Pairs(_Typed, tag="d"):
    """A dictionary, or one of Python's own that are derived from it.

    default_factory: the built-in type that a defaultdict calls for a missing key; empty if there is none.
    """

    items: list[tuple[Value, Value]]
    kind: Literal["dict", "Counter", "OrderedDict", "defaultdict"] = "dict"
    number: int = 0
    default_factory: str = ""


class Steps(_Typed, tag="r"):
    """A range or a slice: start, stop, step."""

    kind: Literal["range", "slice"]
    parts: tuple[int | Big | None, int | Big | None, int | Big | None]


class Array(_Typed, tag="a"):
    """A NumPy array of numbers or text, or one number of NumPy's. buffer: its place behind the message."""

    dtype: str
    shape: list[int]
    content: bytes
    buffer: int = -1
    scalar: bool = False
    number: int = 0


class Objects(_Typed, tag="o"):
    """A NumPy array of any objects."""

    shape: list[int]
    items: list[Value]
    number: int = 0


class Same(_Typed, tag="s"):
    """An object that was in this message before."""

    of: int


class Given(_Typed, tag="G"):
    """What the call that is answered was given: an argument, or a part of one, that holds what it held."""

    of: int


class View(_Typed, tag="V"):
    """Some of the numbers of an array that the call which is answered was given, where they are.

    numbers: a copy of them, for where that cannot be. offset, strides: in bytes.
    """

    of: int
    numbers: Array
    offset: int
    strides: list[int]


class Category(_Typed, tag="e"):
    """A column of pandas' categories. codes: for each row the place of its category, -1 for none."""

    codes: Value
    categories: Value
    ordered: bool


class Cast(_Typed, tag="v"):
    """What an object of another class holds, with the handle of the object itself.

    name, fields: of the class of a named tuple.
    """

    value: Value
    handle: int
    name: str = ""
    fields: list[str] = []


class Class(_Typed, tag="C"):
    """A student's class.

    kind: of its instances. operators: those that it defines itself. error: the name of Python's own exception
    that it is a kind of, if it is one.
    """

    handle: int
    name: str
    kind: Kind
    bases: list[Class]
    operators: list[str]
    error: str = ""


class Parameter(_Typed):
    """Something that a function takes. kind: as inspect numbers them.

    default: where it is plain, else Ellipsis.
    """

    name: str
    kind: int
    has_default: bool
    default: bool | int | float | str | Constant | None = None


class Code(_Typed):
    """What Python says of a function's code. flags: as inspect knows them; names: of its variables."""

    flags: int
    arguments: int
    names: list[str]


class Handle(_Typed, tag="h"):
    """An object that stays where it is.

    shown: its repr. parameters: None where nothing is known of them. code: of what is defined by `def`.
    """

    handle: int
    kind: Kind
    name: str
    class_name: str
    shown: str
    of: Class | None = None
    doc: str = ""
    parameters: list[Parameter] | None = None
    code: Code | None = None


class Own(_Typed, tag="w"):
    """A handle that goes back to where its object is."""

    handle: int


class BuiltIn(_Typed, tag="t"):
    """One of Python's or NumPy's own types."""

    name: str


class Record(_Typed, tag="R"):
    """An instance of a class that both sides know, for a student's function. fields: its attributes."""

    handle: int
    module: str
    name: str
    fields: dict[str, Value]
    number: int = 0


class Model(_Typed, tag="m"):
    """A Keras model. architecture, compiled: JSON. updates: what its optimizer has counted.

    optimizer: a number that is the same for one optimizer of several models, -1 where there is none.

    One that has seen no data yet is not built, and has no weights; then the architecture is empty where it is
    of a class of the student's own.
    """

    handle: int
    architecture: str
    weights: list[Array]
    compiled: str
    updates: int
    is_built: bool = True
    optimizer: int = -1


class History(_Typed, tag="H"):
    """What Keras' fit gives back."""

    handle: int
    curves: Value
    params: Value
    epochs: Value


class Line(_Typed, tag="l"):
    """A line in a drawing.

    size: of its markers. dashes: how much is drawn and left out in turn, none if it is solid; they start at
    offset.
    """

    x: Value
    y: Value
    color: Value
    style: Value
    marker: Value
    label: Value
    width: float = 1.5
    size: float = 6
    alpha: float | None = None
    dashes: list[float] = []
    offset: float = 0


class Sample(_Typed, tag="P"):
    """What a legend shows in place of a line: a patch or a point. color: red, green, blue and how opaque."""

    color: tuple[float, float, float, float]


class Drawing(_Typed, tag="A"):
    """What an Axes shows.

    legend: None, or its lines and other samples with their texts. ticks: where they are words. has_axes:
    whether its axes are drawn, with their labels. is_legend_of_figure: whether the figure has the legend.
    background: what all of it is drawn on, as red, green, blue and how opaque.
    """

    handle: int
    title: str
    x_label: str
    y_label: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    x_scale: str
    y_scale: str
    lines: list[Line]
    bars: list[tuple[float, float, float, float]]
    points: list[Value]
    legend: list[tuple[Line | Sample | None, str]] | None = None
    x_ticks: list[tuple[float, str]] = []
    y_ticks: list[tuple[float, str]] = []
    has_axes: bool = True
    is_legend_of_figure: bool = False
    background: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)


class Figure(_Typed, tag="F"):
    """A figure of Matplotlib."""

    handle: int
    title: str
    drawings: list[Drawing]


class Randomness(_Typed, tag="g"):
    """A random generator of NumPy's.

    kind: its bit generator, or "RandomState". seed: what its SeedSequence is made of, if it has one.
    """

    handle: int
    kind: str
    state: Value
    seed: Value = None


class Table(_Typed, tag="p"):
    """A data frame (columns), a series (one column) or an index of pandas, with one column for each level."""

    handle: int
    kind: Literal["DataFrame", "Series", "Index", "MultiIndex"]
    names: Value
    columns: list[Value]
    index: Value
    number: int = 0


Value = (
    None
    | bool
    | int
    | float
    | str
    | Constant
    | Big
    | Complex
    | Exact
    | Data
    | Items
    | Pairs
    | Steps
    | Array
    | Objects
    | Same
    | Given
    | View
    | Category
    | Cast
    | Class
    | Handle
    | Own
    | BuiltIn
    | Record
    | Model
    | History
    | Drawing
    | Figure
    | Randomness
    | Table
)


class Fetch(_Typed, tag="fetch"):
    """Give the values of these names."""

    names: list[str]


class Bind(_Typed, tag="bind"):
    """Let a name mean this value."""

    name: str
    value: Value


class Unbind(_Typed, tag="unbind"):
    """Let a name mean nothing."""

    name: str


class Seeds(_Typed, tag="seeds"):
    """The states of the global random generators: Python's, NumPy's, and Keras' seed."""

    python: Value
    numpy: Value
    keras: int | None = None


class Call(_Typed, tag="call"):
    """Call a handle. keeps, stale: as in an answer, from a student's function that calls one here."""

    handle: int
    arguments: list[Value]
    named: dict[str, Value]
    seeds: Seeds | None = None
    keeps: int = 0
    stale: list[tuple[int, int, Value]] = []


class Read(_Typed, tag="read"):
    """Give an attribute of a handle."""

    handle: int
    name: str


class Write(_Typed, tag="write"):
    """Set an attribute of a handle."""

    handle: int
    name: str
    value: Value


class Next(_Typed, tag="next"):
    """Give the next item of a handle that is an iterator."""

    handle: int


class Operate(_Typed, tag="operate"):
    """Use one of Python's operators on a handle."""

    handle: int
    operator: str
    arguments: list[Value]


class Build(_Typed, tag="build"):
    """Build a model for inputs of this shape, and describe it. None: of any size."""

    handle: int
    shape: list[int | None]


class Draw(_Typed, tag="draw"):
    """Draw a number from each of the global random generators, Python's and NumPy's."""


class Surround(_Typed, tag="surround"):
    """From now on, collect what is printed (`prints`), and use these functions in place of builtins."""

    prints: bool
    functions: dict[str, Value]


class Answer(_Typed, tag="answer"):
    """What was asked for.

    changed: by number, what was handed over and is not as it was; what something holds comes before it.
    printed: meanwhile, if asked for. later: the same of arguments of calls before this one that were kept, by
    the numbers of these calls and the places of the arguments. keeps: a number for this answer, where the
    student's code may still change what it holds. stale: what earlier answers held and is not as it was, by
    their numbers and its number in the answer.
    """

    value: Value = None
    named: dict[str, Value] = {}
    changed: list[tuple[int, Value]] = []
    printed: str = ""
    later: list[tuple[int, int, Value]] = []
    keeps: int = 0
    stale: list[tuple[int, int, Value]] = []


class Refusal(_Typed, tag="refusal"):
    """An exception. kinds: Python's own exceptions that it is a kind of, the nearest first; of: its class.

    arguments, fields: what it was made of, and its attributes, where all that is plain. line: where in
    the student's cells it was raised. changed, printed: as in an answer.
    """

    name: str
    kinds: list[str]
    text: str
    line: str = ""
    of: Class | None = None
    changed: list[tuple[int, Value]] = []
    printed: str = ""
    arguments: list[Value] = []
    fields: dict[str, Value] = {}


Ask = Fetch | Bind | Unbind | Surround | Call | Read | Write | Next | Operate | Build | Draw
# What a student's process may say to the judge, and what the judge says to it.
ToJudge = Answer | Refusal | Call
ToStudent = Answer | Refusal | Ask

# Of an argument that is compared again after each later call, in bytes.
MOST_COMPARED = 1000

_encoder = msgspec.msgpack.Encoder()
_to_judge: msgspec.msgpack.Decoder[ToJudge] = msgspec.msgpack.Decoder(ToJudge)
_to_student: msgspec.msgpack.Decoder[ToStudent] = msgspec.msgpack.Decoder(ToStudent)


def number_of(place: int) -> int:
    """The number of an argument that has no other, by its place among all arguments of a call."""
    return -1 - place


def send(link: Link, message: Any, buffers: list[Any]) -> None:
    """Send a message. Raises LinkClosedError."""
    link.send(_encoder.encode(message), buffers)


def from_student(content: bytes | bytearray) -> ToJudge:
    """Decode what a student's process said. Raises LinkMisusedError, and nothing else."""
    try:
        return _to_judge.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LinkMisusedError(f"a message that cannot be read: {error}"[:200]) from None


def from_judge(content: bytes | bytearray) -> ToStudent:
    """Decode what the judge said."""
    return _to_student.decode(content)
