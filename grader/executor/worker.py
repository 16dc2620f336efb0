"""What a process for cells does from its first moment to its last, as a student's or as the judge's."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.executor.link import Link, LinkClosedError
from grader.executor.supervisor import Confinement

STUDENT, JUDGE = "student", "judge"


@dataclass(frozen=True)
class Task:
    """What a process is for.

    role: whose cells it runs. environment: replaces the one it inherited. memory: the bytes that it may own
    beyond what it starts with. is_walled: whether it is shut in. draws_for_others: whether its pictures are
    asked for.
    """

    role: str
    environment: Mapping[str, str]
    memory: float
    is_walled: bool
    draws_for_others: bool = False

    @property
    def confinement(self) -> Confinement:
        """What its process may do."""
        trains = "keras" in sys.modules and self.role == STUDENT
        return Confinement(self.memory, self.is_walled, hides_grader=self.role == STUDENT, core=trains)


def work(task: Task, link: int, peer: int, pictures: Collection[str], folder: Path) -> None:
    """Run cells in a folder until the link is closed.

    link: the descriptor of the link to the grader. peer: that of the link between judge and student.
    pictures: seals of those that need not be drawn again.
    """
    _own_nothing_else(link, peer)
    os.environ.clear()
    os.environ.update(task.environment)
    os.chdir(folder)
    from grader.executor.settings import prepare
    from grader.executor.shell import Cells

    cells = Cells(Link(socket.socket(fileno=link)))
    prepare()
    to_peer = Link(socket.socket(fileno=peer))
    try:
        if task.role == JUDGE:
            from grader.judge.session import judge

            judge(cells, to_peer)
        else:
            from grader.executor.pictures import KnownPictures
            from grader.judge.student_side import serve

            # Modules that were handed in beside the notebook come after all that is installed.
            sys.path.append(str(folder))
            cells.draw_with(KnownPictures(pictures, for_others=task.draws_for_others))
            serve(cells, to_peer)
    except LinkClosedError:
        pass


def _own_nothing_else(*kept: int) -> None:
    """Close every descriptor but these, and have nothing to read from."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    low = 3
    for descriptor in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        os.closerange(low, descriptor)
        low = descriptor + 1
