"""Run cells in IPython shells as forks of one warm process: python -m tests.grader.executor.cells < runs.

Reads JSON: a list of lists of cells. Each list runs three times: in a shell as an ordinary kernel sets it up
("ordinary"), with pictures noted ("first"), and with those known ("second"). Prints JSON: for each list, by these
names, what came out and how many pictures were drawn.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any


def run_all(notebooks: list[list[str]]) -> list[dict[str, Any]]:
    """Run notebooks in a process of its own; see above."""
    command = [sys.executable, "-m", "tests.grader.executor.cells"]
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run(
        command, input=json.dumps(notebooks), capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout)


def _three(cells: list[str]) -> dict[str, Any]:
    first = _forked(cells, {})
    return {"ordinary": _forked(cells, None), "first": first, "second": _forked(cells, first["drawn"])}


def _forked(cells: list[str], known: Mapping[str, str] | None) -> dict[str, Any]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as answer:
            json.dump(_run(cells, known), answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def _run(cells: list[str], known: Mapping[str, str] | None) -> dict[str, Any]:
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from grader.executor.known_pictures import seal, with_pictures
    from grader.executor.pictures import KnownPictures, install

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            """There is no window."""

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config, colors="nocolor")
    shell.display_pub = publisher = CapturingDisplayPublisher()
    shell.enable_matplotlib("inline")
    known_png = {name: base64.b64decode(png) for name, png in (known or {}).items()}
    pictures = KnownPictures({seal(name) for name in known_png})
    if known is not None:
        install(shell, pictures)
    outputs = []
    for cell in cells:
        publisher.outputs.clear()
        printed = StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            shell.run_cell(cell, store_history=True)
        text = re.sub(r"0x[0-9a-f]+|\d+ms", "…", printed.getvalue())
        outputs.append(
            [text, [[with_pictures(each["data"], known_png), each["metadata"]] for each in publisher.outputs]]
        )
    drawn = {name: base64.b64encode(png).decode() for name, png in pictures.drawn().items()}
    return {"outputs": outputs, "drawn": drawn}


if __name__ == "__main__":
    import helpers.lessons.loss_function.pictures  # noqa: F401
    from grader.executor.pictures import warm

    warm()
    print(json.dumps([_three(cells) for cells in json.load(sys.stdin)]))
