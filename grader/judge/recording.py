"""The judge's end of the link to a student's process, which keeps what is said over it."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from typing import Any

from grader.executor.conversations import MOST_BYTES, MOST_QUESTIONS, Answer, Conversation, digest
from grader.executor.link import MOST_IN_BUFFERS, MOST_MESSAGE, Link, Received


class RecordingLink(Link):
    """A link that keeps what was asked since a check began, and what was answered."""

    def __init__(self, link: Link) -> None:
        """Take over a link."""
        super().__init__(socket.socket(fileno=link.detach()))
        self.begin()

    def begin(self) -> None:
        """Begin to keep what one check asks."""
        self._questions: list[str] = []
        self._answers: list[Answer] | None = []
        self._size = 0
        self._taken = 0

    def note_taken(self) -> None:
        """Note that what was asked for until now was taken before the check itself begins."""
        self._taken = len(self._questions)

    @property
    def conversation(self) -> Conversation | None:
        """What was said since the beginning; None where it was too much."""
        if len(self._questions) > MOST_QUESTIONS:
            return None
        answers = self._answers if self._answers is None else tuple(self._answers)
        return Conversation(tuple(self._questions), answers, self._taken)

    def send(self, message: bytes, buffers: Sequence[Any] = ()) -> None:
        """Send a message as Link does, and keep its digest."""
        if len(self._questions) <= MOST_QUESTIONS:
            self._questions.append(digest(message, buffers))
        super().send(message, buffers)

    def receive(self, most: int = MOST_MESSAGE, most_in_buffers: int = MOST_IN_BUFFERS) -> Received:
        """Wait for a message as Link does, and keep it."""
        started = time.monotonic()
        message, buffers = super().receive(most, most_in_buffers)
        self._size += len(message) + sum(map(len, buffers))
        if self._size > MOST_BYTES or len(self._questions) > MOST_QUESTIONS:
            self._answers = None
        if self._answers is not None:
            # Copies: a check may change the arrays that are made of these bytes.
            waited = time.monotonic() - started
            self._answers.append(Answer(bytes(message), tuple(map(bytes, buffers)), waited))
        return message, buffers
