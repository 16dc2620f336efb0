"""A process for cells that is not a fork: it imports everything by itself, where forking is not safe.

python -m grader.executor.cold CONTROL LINK PEER TASK MODULE …

The first three are numbers of descriptors, TASK is the task as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import replace
from pathlib import Path

from grader.executor.supervisor import supervise
from grader.executor.worker import Task, work
from grader.wall.system_calls import compiled


def main() -> None:
    """Become a supervisor, and import in the process that it watches."""
    control, link, peer = map(int, sys.argv[1:4])
    task = Task(**json.loads(sys.argv[4]))
    modules = tuple(sys.argv[5:])

    def run(folder: Path) -> None:
        from grader.executor.parent import MODULES, import_all

        import_all((*MODULES, *modules))
        work(task, link, peer, {}, folder)

    confinement = replace(task.confinement, hides_grader=False)
    supervise(socket.socket(fileno=control), confinement, compiled(), run)


if __name__ == "__main__":
    main()
