"""A link between two processes: messages over one end of a socket pair, with nothing that can run code."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from grader.errors import GraderError

# The size of the message itself, the number of buffers that follow it, and then the size of each.
HEAD = struct.Struct("<QI")
SIZE = struct.Struct("<Q")
# A message holds names, numbers and text. The buffers hold arrays: 60,000 images in float64 take 376 MB, and
# a check looks at those for training and for testing.
MOST_MESSAGE = 64 * 1024**2
MOST_BUFFERS = 10_000
MOST_IN_BUFFERS = 2 * 1024**3
# What the system takes in one call.
MOST_PIECES = 512


class LinkClosedError(GraderError):
    """The other process is gone, or has closed its end."""


class LinkMisusedError(GraderError):
    """What came over the link is not a message of this project, or is larger than allowed."""


class LinkSlowError(GraderError):
    """The other end did not take or finish a message in time."""


class Link:
    """One end of a socket pair. Messages are bytes, each with any number of buffers behind it.

    deadline: until when, by time.monotonic(), a message has to be through; None to wait for ever.
    """

    def __init__(self, end: socket.socket) -> None:
        """Take over an end, which is blocking from now on."""
        end.setblocking(True)
        self._end = end
        self.deadline: float | None = None

    @classmethod
    def pair(cls) -> tuple[Link, Link]:
        """Make two ends that are connected with each other and with nothing else."""
        one, other = socket.socketpair()
        return cls(one), cls(other)

    def fileno(self) -> int:
        """The descriptor, to wait for messages with."""
        return self._end.fileno()

    def detach(self) -> int:
        """Give the descriptor away; this object is closed then."""
        return self._end.detach()

    def close(self) -> None:
        """Close this end: the other one notices."""
        self._end.close()

    def send(self, message: bytes, buffers: Sequence[Any] = ()) -> None:
        """Send a message. Raises LinkClosedError, and LinkSlowError after the deadline."""
        views = [memoryview(buffer).cast("B") for buffer in buffers]
        sizes = b"".join(SIZE.pack(len(view)) for view in views)
        pieces: list[Any] = [HEAD.pack(len(message), len(views)) + sizes + message, *views]
        try:
            self._hurry()
            if len(pieces) == 1:
                self._end.sendall(pieces[0])
            else:
                self._send_pieces(pieces)
        except TimeoutError:
            raise LinkSlowError from None
        except OSError as error:
            raise LinkClosedError(str(error)) from None

    def _hurry(self) -> None:
        """Wait no longer than until the deadline. Raises TimeoutError after it."""
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._end.settimeout(left)

    def _send_pieces(self, pieces: list[Any]) -> None:
        left = [memoryview(piece) for piece in pieces]
        first = 0
        while first < len(left):
            sent = self._end.sendmsg(left[first : first + MOST_PIECES])
            while first < len(left) and sent >= len(left[first]):
                sent -= len(left[first])
                first += 1
            if sent:
                left[first] = left[first][sent:]

    def send_descriptors(self, descriptors: Sequence[int]) -> None:
        """Send open files along. Raises LinkClosedError, and LinkSlowError after the deadline."""
        try:
            self._hurry()
            socket.send_fds(self._end, [b"\0"], descriptors)
        except TimeoutError:
            raise LinkSlowError from None
        except OSError as error:
            raise LinkClosedError(str(error)) from None

    def receive_descriptors(self, most: int) -> list[int]:
        """Take open files that were sent along.

        Raises LinkClosedError, and LinkSlowError after the deadline.
        """
        try:
            self._hurry()
            received, descriptors, _, _ = socket.recv_fds(self._end, 1, most)
        except TimeoutError:
            raise LinkSlowError from None
        except OSError as error:
            raise LinkClosedError(str(error)) from None
        if not received:
            raise LinkClosedError("the other end is closed")
        return descriptors

    def receive(self, most: int = MOST_MESSAGE, most_in_buffers: int = MOST_IN_BUFFERS) -> Received:
        """Wait for a message.

        Raises LinkClosedError, LinkMisusedError for one that is too large, LinkSlowError after the deadline.
        """
        size, count = HEAD.unpack(self._exactly(HEAD.size))
        if size > most or count > MOST_BUFFERS:
            raise LinkMisusedError(f"a message of {size:,} bytes with {count:,} buffers")
        sizes = [SIZE.unpack(self._exactly(SIZE.size))[0] for _ in range(count)]
        if sum(sizes) > most_in_buffers:
            raise LinkMisusedError(f"buffers of {sum(sizes):,} bytes")
        message = self._exactly(size)
        return message, [self._exactly(each) for each in sizes]

    def _exactly(self, size: int) -> bytearray:
        content = bytearray(size)
        view = memoryview(content)
        done = 0
        while done < size:
            try:
                self._hurry()
                got = self._end.recv_into(view[done:])
            except TimeoutError:
                raise LinkSlowError from None
            except OSError as error:
                raise LinkClosedError(str(error)) from None
            if not got:
                raise LinkClosedError("the other end is closed")
            done += got
        return content


# A message and its buffers.
Received = tuple[bytearray, list[bytearray]]
