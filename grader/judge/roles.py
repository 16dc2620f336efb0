"""The two roles of processes for cells, and the programs that these processes begin as.

python -m grader.judge.roles parent REQUESTS REQUESTS
python -m grader.judge.roles cold CONTROL LINK PEER TASK MODULE …

See `grader.executor.parent` and `grader.executor.cold`, which know nothing of what a role does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.executor import cold, parent
from grader.executor.task import JUDGE, TRAINER

if TYPE_CHECKING:
    from grader.executor.link import Link
    from grader.executor.shell import Cells

PROGRAMS = {"parent": parent.main, "cold": cold.main}
MODULES = ("grader.judge.session", "grader.judge.student_side", "grader.judge.training.trainer")


def serve(role: str, cells: Cells, peer: Link) -> None:
    """Run the cells of a role until the links close."""
    if role == JUDGE:
        from grader.judge.session import judge

        judge(cells, peer)
    elif role == TRAINER:
        from grader.judge.training.trainer import serve as train

        train(peer)
    else:
        from grader.judge.student_side import serve as answer

        answer(cells, peer)


if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](sys.argv[2:], serve, MODULES)
