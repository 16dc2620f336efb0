"""What the grader and the processes that it starts say to each other: typed, and decoded strictly.

The grader asks for one cell after another. A process answers with what the cell prints and draws while it
runs, and with how it ended. Nothing of that can say that a check passed: see `grader.judge`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.errors import GraderError
from grader.executor.conversations import Conversation
from grader.executor.link import LinkMisusedError
from grader.executor.trainings import Data, Train

# A message of that size at most is decoded without a look at what it holds first.
BYTES_TO_COUNT = 1_000_000
# In one message. Each takes some hundred times as much memory as its text does.
MOST_VALUES = 1_000_000
# A larger message has to be one that is read: a field that is unknown or written twice would cost its sender
# nothing.
BYTES_TO_COMPARE = 10_000


class TooMuchOutputError(GraderError):
    """All cells together have printed and drawn more than they may."""


class Run(msgspec.Struct, tag="run", frozen=True):
    """Run a cell. count: the number it gets.

    For the judge: fetch: the names whose values it takes from the student before. fetch_unknown: those that
    it takes if it has none of its own. classes: those of both that are classes in the lesson.
    methods: all that classes of the lesson define. share: names of the student's that the cell gives other
    values. keep: whether it keeps these values for the cell's second run. again: whether this is the second
    run. may_call: the functions of the student's that may be called then; everything else of theirs may be
    another by then. shown_by_solution: what the run of the lesson's own solution has shown of it, None where
    there was none. finds_out: whether this is that run.
    """

    source: str
    count: int
    fetch: tuple[str, ...] = ()
    fetch_unknown: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    keep: bool = False
    again: bool = False
    may_call: tuple[str, ...] = ()
    shown_by_solution: tuple[str, ...] | None = None
    finds_out: bool = False


class HandOver(msgspec.Struct, tag="hand over", frozen=True):
    """Give the pictures that were drawn. Only the instructor's own run is asked for them."""


class Stream(msgspec.Struct, tag="stream", frozen=True):
    """Text that was printed."""

    name: Literal["stdout", "stderr"]
    text: str


class Display(msgspec.Struct, tag="display", frozen=True):
    """Something that was displayed, by MIME type, or shown in place of an earlier display (`update`)."""

    data: dict[str, Any]
    metadata: dict[str, Any] = {}
    display_id: str | None = None
    update: bool = False


class Result(msgspec.Struct, tag="result", frozen=True):
    """A cell's last value, by MIME type."""

    data: dict[str, Any]
    metadata: dict[str, Any] = {}


class Failure(msgspec.Struct, tag="failure", frozen=True):
    """The error that ended a cell, as IPython shows it."""

    ename: str
    evalue: str
    traceback: list[str]


class Clear(msgspec.Struct, tag="clear", frozen=True):
    """Outputs before are to vanish, at once or (`wait`) when the next one comes."""

    wait: bool = False


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """A cell has ended.

    failed: whether an error ended it. ename, evalue: of that error. number: its last value as text
    (JSON has no nan), if that is a number. slips: the names of the slips that a check saw in an answer.
    relation: what it saw that all wrong results have to do with the right ones. shown_by_solution: what it
    has shown of the check, if it is the lesson's own. conversation: what a check has asked of the student's
    process. All of it counts only where the judge says it.
    """

    failed: bool
    ename: str = ""
    evalue: str = ""
    number: str = ""
    slips: tuple[str, ...] = ()
    relation: str = ""
    shown_by_solution: tuple[str, ...] = ()
    conversation: Conversation | None = None

    @property
    def value(self) -> float | None:
        """The number, None if there is none."""
        try:
            return float(self.number)
        except ValueError:
            return None


class Drawn(msgspec.Struct, tag="drawn", frozen=True):
    """The pictures (PNG) that this process has drawn, by what is drawn in them."""

    pictures: dict[str, bytes]


Output = Stream | Display | Result | Failure | Clear
Said = Output | Ended | Drawn | Train | Data
Request = Run | HandOver

_encoder = msgspec.json.Encoder()
_said: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
_request: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)


def encoded(message: Request | Said) -> bytes:
    """A message as bytes. Raises nothing for odd text: what UTF-8 cannot hold is replaced."""
    try:
        return _encoder.encode(message)
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError):
        return _encoder.encode(_readable(message))


def said(message: bytes | bytearray) -> Said:
    """Decode what a process said. Raises LinkMisusedError, TooMuchOutputError, and nothing else."""
    try:
        if len(message) > BYTES_TO_COUNT and _holds_too_many_values(message):
            raise TooMuchOutputError
        decoded = _said.decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LinkMisusedError(f"a message that cannot be read: {error}"[:200]) from None
    if len(message) > BYTES_TO_COMPARE and 2 * len(encoded(decoded)) < len(message):
        raise LinkMisusedError("a message of which most is not read")
    return decoded


def _holds_too_many_values(message: bytes | bytearray) -> bool:
    # Text may hold any number of these signs, so they are counted outside of it where that is needed.
    if _values(message) <= MOST_VALUES:
        return False
    without_escapes = message.replace(rb"\\", b"").replace(rb"\"", b"")
    # Each value may have a name, and both are texts at most.
    if without_escapes.count(b'"') > 4 * MOST_VALUES:
        return True
    return _values(b"".join(without_escapes.split(b'"')[::2])) > MOST_VALUES


def _values(message: bytes | bytearray) -> int:
    return sum(map(message.count, (b",", b"[", b"{")))


def request(message: bytes | bytearray) -> Request:
    """Decode what the grader asks for."""
    return _request.decode(message)


def _readable(value: Any, depth: int = 0) -> Any:
    """The same value without what JSON or UTF-8 cannot hold."""
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: _readable(getattr(value, name)) for name in value.__struct_fields__})
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if depth > 50:
        return "…"
    if isinstance(value, dict):
        return {_readable(str(key)): _readable(each, depth + 1) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_readable(each, depth + 1) for each in value)
    if isinstance(value, int | float | bool) or value is None:
        return value
    return _readable(str(value))
