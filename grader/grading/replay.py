"""Judge changed checks again from what the student's process has said before, without that process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Any

from grader.errors import GraderError
from grader.executor.conversations import Answer, Conversation, digest
from grader.executor.link import Link, LinkClosedError, LinkMisusedError, LinkSlowError
from grader.executor.messages import Ended
from grader.executor.messages import Run as RunCell
from grader.executor.outputs import Outputs
from grader.executor.process import NotAnsweringError
from grader.grading.graded import HIDDEN, RELEASED, WHOLE, Conversations, Stage
from grader.grading.one_pass import STOPPED_WITH_STUDENT, Pass
from grader.grading.pair import judge_alone
from grader.judge.plans import Plan

NOTHING_SAID = Conversation((), ())


class NeedsWholeRunError(GraderError):
    """What a changed check needs to know, or would change, is not known from an earlier run."""


class Replay(Pass):
    """A pass in which only checks are judged, and their questions are answered as they were before.

    A check that asks the same leaves the student's process as it was left then: whatever came after it holds.
    """

    def __init__(self, kept: Mapping[int, Conversations], *arguments: Any) -> None:
        """kept: by the place of each check to judge, what was said. arguments: as Pass takes them."""
        super().__init__(*arguments)
        self._kept = kept
        self._said = _Said(NOTHING_SAID)

    def run(self) -> int | None:
        """Judge the checks. Raises NeedsWholeRunError."""
        try:
            with judge_alone(self._setting) as (self._judge, self._link):
                stopped_at = self._run_cells()
        except NotAnsweringError:
            raise NeedsWholeRunError from None
        if stopped_at is not None or any(run.is_left_out for run in self._execution.runs.values()):
            raise NeedsWholeRunError
        return None

    def _is_wanted(self, place: int) -> bool:
        return place in self._kept and super()._is_wanted(place)

    def _set_up(self, place: int, plan: Plan, until: float) -> None:
        """Leave the judge's process as it would be: checks above have needed cells that this one does not."""
        for above, other in sorted(self._plans.items(), key=itemgetter(0)):
            if above <= place:
                cells = tuple(before for before in other.before if before not in self._plans)
                super()._set_up(above, replace(other, before=cells), until)
        super()._set_up(place, plan, until)

    def _check(self, place: int, stage: Stage, cell: RunCell, until: float, outputs: Outputs) -> Ended:
        kept = known_of(self._kept[place], stage)
        self._said = _Said(kept)
        ended = self._in_judge(cell, until, outputs.add)
        if not self._said.is_over or ended.ename in STOPPED_WITH_STUDENT or outputs.has_named_displays:
            raise NeedsWholeRunError
        self._said = _Said(NOTHING_SAID)
        return ended

    def _end_student(self) -> None:
        raise NeedsWholeRunError

    def _meanwhile(self) -> tuple[Link, Callable[[], bool]]:
        return self._link, lambda: self._said.answer(self._link)


def known_of(kept: Conversations, stage: Stage) -> Conversation:
    """What was said at this stage. Raises NeedsWholeRunError where nobody knows."""
    known = kept.get(stage)
    if known is None and stage == WHOLE:
        # A check that waited has taken its values in its place, and has asked for all else afterwards.
        released, hidden = kept.get(RELEASED), kept.get(HIDDEN)
        if released is not None and hidden is not None:
            known = _in_place(released, hidden)
    if known is None:
        raise NeedsWholeRunError
    return known


def _in_place(released: Conversation, hidden: Conversation) -> Conversation:
    taken = released.taken
    answers = None
    if released.answers is not None and hidden.answers is not None:
        answers = (*released.answers[:taken], *hidden.answers)
    return Conversation((*released.questions[:taken], *hidden.questions), answers, taken)


class _Said:
    """What a student's process has said to one run of a check, to be said again in the same order."""

    def __init__(self, kept: Conversation) -> None:
        """Start at the beginning. Raises NeedsWholeRunError where the answers were not kept."""
        if kept.answers is None or len(kept.answers) != len(kept.questions):
            raise NeedsWholeRunError
        self._left: list[tuple[str, Answer]] = list(zip(kept.questions, kept.answers, strict=True))[::-1]

    @property
    def is_over(self) -> bool:
        """Whether everything was asked that was asked then."""
        return not self._left

    def answer(self, judge: Link) -> bool:
        """Answer the judge's next question; whether there may be more. Raises NeedsWholeRunError."""
        try:
            message, buffers = judge.receive()
            asked = digest(message, buffers)
            if not self._left or self._left[-1][0] != asked:
                raise NeedsWholeRunError
            _, answer = self._left.pop()
            # Some checks ask how long a function takes.
            time.sleep(answer.seconds)
            judge.send(answer.message, answer.buffers)
        except LinkClosedError:
            return False
        except (LinkMisusedError, LinkSlowError):
            raise NeedsWholeRunError from None
        return True
