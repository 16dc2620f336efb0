"""Standard output and error of a process that runs cells: what Python prints, and what its programs print."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import io
import os
import select
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterable
from typing import Literal

Name = Literal["stdout", "stderr"]
# What is printed shows after this time at the latest, also while a cell goes on.
SECONDS_TO_WAIT = 0.2
# A message for each line would cost more than running many a cell.
MOST_KEPT = 64 * 1024
READ_AT_ONCE = 64 * 1024


class Stream(io.TextIOBase):
    """What `sys.stdout` and `sys.stderr` are in such a process, as ipykernel's OutStream is in a kernel."""

    encoding = "UTF-8"
    errors = None

    def __init__(self, name: Name, descriptor: int, say: Callable[[Name, str], None]) -> None:
        """Start empty. descriptor: where a fork of this process prints. say: takes text and its stream."""
        self.name: str = name
        self._name: Name = name
        self._descriptor = descriptor
        self._say = say
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._kept: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        """Keep text until it is time to say it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # a fork, whose messages would mix with this process's own
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        with self._lock:
            self._kept.append(text)
            self._size += len(text)
            if self._size > MOST_KEPT:
                self.flush()
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        """Write one text after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Say what is kept."""
        if os.getpid() == self._process:
            with self._lock:
                text = "".join(self._kept)
                self._kept.clear()
                self._size = 0
                if text:
                    self._say(self._name, text)

    def fileno(self) -> int:
        """The descriptor that programs inherit."""
        return self._descriptor

    def isatty(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True


class Streams:
    """Both streams, and a thread that says what programs print straight to the descriptors 1 and 2."""

    def __init__(self, say: Callable[[Name, str], None]) -> None:
        """Take over sys.stdout and sys.stderr. say: takes text and the name of its stream."""
        self._say = say
        self._pipes: dict[int, Name] = {}
        self._reading = threading.Lock()
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            reads, writes = os.pipe()
            os.dup2(writes, descriptor)
            os.close(writes)
            self._pipes[reads] = name  # type: ignore[assignment]
        # A character may come in two pieces.
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {pipe: decoder("replace") for pipe in self._pipes}
        self.stdout, self.stderr = Stream("stdout", 1, say), Stream("stderr", 2, say)
        sys.stdout, sys.stderr = self.stdout, self.stderr
        threading.Thread(target=self._keep_saying, name="streams", daemon=True).start()

    def flush(self) -> None:
        """Say all that was printed until now."""
        for stream in (sys.stdout, sys.stderr, self.stdout, self.stderr):
            with contextlib.suppress(Exception):  # a student may have put anything there
                stream.flush()
        while any(_waiting(pipe) for pipe in list(self._pipes)):
            time.sleep(0.0005)
        with self._reading:  # what was read is said
            pass

    def _keep_saying(self) -> None:
        said = time.monotonic()
        while True:
            ready, _, _ = select.select(list(self._pipes), [], [], SECONDS_TO_WAIT)
            with self._reading:
                for pipe in ready:
                    self._read(pipe)
            if time.monotonic() - said > SECONDS_TO_WAIT:
                self.stdout.flush()
                self.stderr.flush()
                said = time.monotonic()

    def _read(self, pipe: int) -> None:
        """Say what has come through a pipe, or forget it where nothing can come any more."""
        content = os.read(pipe, READ_AT_ONCE)
        name = self._pipes[pipe]
        text = self._decoders[pipe].decode(content, final=not content)
        if text:
            (self.stdout if name == "stdout" else self.stderr).flush()
            self._say(name, text)
        if not content:
            # A cell has closed the descriptor that leads into it.
            del self._pipes[pipe]


def _waiting(pipe: int) -> int:
    """How many bytes wait in a pipe."""
    (size,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))
    return int(size)
