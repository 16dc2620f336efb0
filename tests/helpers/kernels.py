"""Run cells in a real kernel, with widgets as in a notebook."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode


def run_in_kernel(*sources: str, seconds: float = 60) -> NotebookNode:
    """Run code cells in a new kernel, each for so many seconds at most.

    Returns the notebook, with outputs and the state of its widgets.
    """
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, kernel_name="python3", timeout=seconds).execute()
    return notebook
