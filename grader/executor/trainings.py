"""What the grader, a student's process and a trainer say to each other about a training."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import numpy as np

from grader.executor.link import LinkMisusedError

MOST_DIMENSIONS = 8
Message = TypeVar("Message")


class Array(msgspec.Struct, frozen=True):
    """An array, whose bytes travel in a buffer. dtype: as NumPy writes it. digest: SHA-256 of its bytes."""

    dtype: str
    shape: tuple[int, ...]
    digest: str = ""

    def of(self, buffer: Any) -> np.ndarray[Any, Any]:
        """The array of these bytes. Raises LinkMisusedError where they are another number."""
        try:
            kind = np.dtype(self.dtype)
            if kind.kind not in "biuf" or len(self.shape) > MOST_DIMENSIONS:
                raise ValueError
            return np.frombuffer(buffer, kind).reshape(self.shape)
        except (TypeError, ValueError):
            raise LinkMisusedError("an array that is not valid") from None


class Generator(msgspec.Struct, frozen=True):
    """What TensorFlow draws its seeds from: its global seed, and the state of a generator of Python's."""

    seed: int | None
    version: int
    numbers: tuple[int, ...]
    gauss: float | None = None


class Train(msgspec.Struct, tag="train", frozen=True):
    """Tell what came of a training, or do it. Only a student's process asks for it, while it runs a cell.

    architecture, compiled: JSON. options: of `fit`. state: the variables of the model and then those of its
    optimizer, which travel along. data: x, y and what the model is tried on; they travel when they are asked
    for. generator: what `fit` draws from. has_metrics, has_loss: whether Keras has made these already.
    """

    architecture: str
    compiled: str
    options: dict[str, bool | int | float | str | None]
    state: tuple[Array, ...]
    data: tuple[Array, ...]
    generator: Generator
    has_metrics: bool
    has_loss: bool


class SendData(msgspec.Struct, tag="send data", frozen=True):
    """Send the data of these places: what a training learns from is not known yet."""

    places: tuple[int, ...]


class Data(msgspec.Struct, tag="data", frozen=True):
    """The data that were asked for."""


class Trained(msgspec.Struct, tag="trained", frozen=True):
    """What came of a training.

    state: the variables afterwards, as in Train, and those of its metrics; they travel along. curves: the
    history, each number as text that keeps all its digits. epochs, params: of the history. printed: what
    `fit` printed. generator: what is drawn from afterwards. seconds: what it took.
    """

    state: tuple[Array, ...]
    curves: dict[str, list[str]]
    epochs: tuple[int, ...]
    params: dict[str, bool | int | float | str | None]
    generator: Generator
    printed: str
    seconds: float = 0.0


class NotTrained(msgspec.Struct, tag="not trained", frozen=True):
    """It was not done, and has to be done where it was asked for. reason: in words."""

    reason: str


Told = Trained | NotTrained | SendData

encoder = msgspec.json.Encoder()
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)
_asked: msgspec.json.Decoder[Train] = msgspec.json.Decoder(Train)


def told(message: bytes | bytearray) -> Told:
    """Decode an answer. Raises LinkMisusedError."""
    return _decoded(_told, message)


def asked(message: bytes | bytearray) -> Train:
    """Decode what a trainer is asked for. Raises LinkMisusedError."""
    return _decoded(_asked, message)


def _decoded(decoder: msgspec.json.Decoder[Message], message: bytes | bytearray) -> Message:
    try:
        return decoder.decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LinkMisusedError(f"a message that cannot be read: {error}"[:200]) from None
