"""What a process for cells does from its first moment to its last, as a student's or as the judge's."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from grader.executor.descriptors import close_all_but
from grader.executor.link import Link, LinkClosedError
from grader.executor.task import STUDENT, Task

if TYPE_CHECKING:
    from grader.executor.shell import Cells

# Takes the role, the cells and the link to the other role, and returns when the links close.
Serve = Callable[[str, "Cells", Link], None]


def work(task: Task, link: int, peer: int, pictures: Collection[str], serve: Serve, folder: Path) -> None:
    """Run cells in a folder until the link is closed.

    link: the descriptor of the link to the grader. peer: that of the link between judge and student.
    pictures: seals of those that need not be drawn again. serve: what the process's role does with cells.
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
        if task.role == STUDENT:
            from grader.executor.pictures import KnownPictures

            # Modules that were handed in beside the notebook come after all that is installed.
            sys.path.append(str(folder))
            cells.draw_with(KnownPictures(pictures, for_others=task.draws_for_others))
        serve(task.role, cells, to_peer)
    except LinkClosedError:
        pass


def _own_nothing_else(*kept: int) -> None:
    """Close every descriptor but these, and have nothing to read from."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    close_all_but(kept)
