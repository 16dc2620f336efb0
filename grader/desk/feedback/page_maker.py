"""Make pages in a process that can be ended: what students wrote may take as long as they like to be read.

Pages are made one after another. One that takes too long costs its student a page, and nobody else.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

from grader.desk.feedback.machine import Machine
from grader.desk.feedback.marks_given import MarksGiven
from grader.desk.feedback.page import LessonText, page
from grader.errors import GraderError
from grader.grading.graded import CellMarks, Visible

# Most pages take less than half a second.
SECONDS = 20.0
MADE, FAILED = b"made", b"fail"
# A fork has imported what makes pages already; only Linux can fork safely.
START = "fork" if sys.platform == "linux" else "spawn"


class NoPageError(GraderError):
    """A page could not be made; the message says why."""


class PageMaker:
    """Makes the pages of a lesson. Close it afterwards, as a context manager does.

    texts: of its notebooks. machine: what is left out of pages.
    """

    def __init__(self, texts: Mapping[str, LessonText], machine: Machine) -> None:
        """Start the process."""
        self._texts, self._machine = texts, machine
        self._start()

    def __enter__(self) -> PageMaker:  # noqa: D105
        return self

    def __exit__(  # noqa: D105
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def page(
        self,
        notebook: str,
        run: Visible,
        given: MarksGiven,
        graded: Mapping[str, CellMarks],
        student: str,
        stamp: str,
    ) -> str:
        """The page of one notebook: see `grader.desk.feedback.page`. Raises NoPageError."""
        try:
            self._link.send((notebook, run, given, graded, student, stamp))
            if not self._link.poll(SECONDS):
                raise NoPageError(f"its outputs take longer than {SECONDS:g} s to be made harmless")
            # Never an object: what has read a student's outputs is not asked for one.
            said = self._link.recv_bytes()
        except (EOFError, OSError):
            self._start_again()
            raise NoPageError("the process that makes pages ended") from None
        except NoPageError:
            self._start_again()
            raise
        text = said[len(MADE) :].decode("utf-8", "replace")
        if not said.startswith(MADE):
            raise NoPageError(text)
        return text

    def _start(self) -> None:
        context: Any = multiprocessing.get_context(START)
        self._link: Connection
        self._link, theirs = context.Pipe()
        arguments = theirs, self._link if START == "fork" else None, self._texts, self._machine
        self._process: BaseProcess = context.Process(target=_make, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def _start_again(self) -> None:
        self._end()
        self._start()

    def _end(self) -> None:
        self._link.close()
        self._process.kill()
        self._process.join()


def _make(
    link: Connection, not_ours: Connection | None, texts: Mapping[str, LessonText], machine: Machine
) -> None:
    """Make pages until nobody asks for more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not_ours is not None:
        not_ours.close()
    while True:
        try:
            notebook, run, given, graded, student, stamp = link.recv()
        except EOFError:
            return
        try:
            made = page(texts[notebook], run, given, graded, machine, student, stamp)
            link.send_bytes(MADE + made.encode("utf-8", "replace"))
        except Exception as error:
            link.send_bytes(FAILED + f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
