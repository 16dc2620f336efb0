"""Run cells in a real kernel, with widgets as in a notebook."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

SECONDS = 10
TRIES = 5


def run_in_kernel(*sources: str, seconds: float = SECONDS) -> NotebookNode:
    """Run code cells in a new kernel, each for so many seconds at most.

    Returns the notebook, with outputs and the state of its widgets.
    """
    for left in reversed(range(TRIES)):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        try:
            NotebookClient(notebook, kernel_name="python3", timeout=seconds).execute()
        except CellTimeoutError:
            # Now and then nbclient, which answers widgets while it waits for the kernel, never sees its reply.
            if not left:
                raise
        else:
            break
    return notebook
