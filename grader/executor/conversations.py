"""What a check has asked of a student's process, and what that said: kept, to judge again without it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

# More questions, or longer answers, are not worth keeping: then the student's process is asked again.
MOST_QUESTIONS = 10_000
MOST_BYTES = 4 * 1024**2


class Answer(msgspec.Struct, frozen=True):
    """A message of the student's process, as it came.

    buffers: the large arrays behind it. seconds: how long the check has waited for it.
    """

    message: bytes
    buffers: tuple[bytes, ...]
    seconds: float


class Conversation(msgspec.Struct, frozen=True):
    """All that one run of a check has asked, in its order.

    questions: a digest of each message to the student's process. answers: what came back, one for each;
    None where that was too much to keep. taken: how many of them took values before the check began.
    """

    questions: tuple[str, ...]
    answers: tuple[Answer, ...] | None
    taken: int = 0


def digest(message: bytes | bytearray, buffers: Sequence[Any] = ()) -> str:
    """A digest of a message with its buffers."""
    made = hashlib.sha256(len(message).to_bytes(8, "little") + message)
    for buffer in buffers:
        view = memoryview(buffer).cast("B")
        made.update(len(view).to_bytes(8, "little"))
        made.update(view)
    return made.hexdigest()
