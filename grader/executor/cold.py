"""A process for cells that is not a fork: it imports everything by itself, where forking is not safe.

python -m grader.judge.roles cold CONTROL LINK PEER TASK MODULE …

The first three are numbers of descriptors, TASK is the task as JSON.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.executor.parent import MODULES, import_all
from grader.executor.supervisor import supervise
from grader.executor.task import Task
from grader.executor.worker import Serve, work
from grader.wall.system_calls import compiled


def main(arguments: Sequence[str], serve: Serve, modules: Sequence[str]) -> None:
    """Become a supervisor, and import in the process that it watches.

    serve: what the process does in its role. modules: what it imports for that.
    """
    control, link, peer = map(int, arguments[:3])
    task = Task(**json.loads(arguments[3]))

    def run(folder: Path) -> None:
        import_all((*MODULES, *modules, *arguments[4:]))
        work(task, link, peer, {}, serve, folder)

    confinement = replace(task.confinement, hides_grader=False)
    supervise(socket.socket(fileno=control), confinement, compiled(), run)
