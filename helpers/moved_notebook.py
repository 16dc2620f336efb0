"""A notebook that was moved out of the course's folder, to Downloads for instance."""

from __future__ import annotations

import warnings

from helpers.desk.session import notebook_of_session
from helpers.two_copies import HERE, copy_around


class MovedNotebookWarning(UserWarning):
    """The notebook is not in a folder of the course."""


def warn_of_moved_notebook() -> None:
    """Warn, in a notebook that is in no copy of the course: its links and its progress need the folder."""
    notebook = notebook_of_session()
    if notebook is None or notebook.is_relative_to(HERE) or copy_around(notebook.parent) is not None:
        return
    warnings.warn(
        f"This notebook is in {notebook.parent}, outside the course's folder. The checks work, but links to "
        "the glossary do not, and your progress is not kept. Move it into its folder in "
        f"{HERE / 'notebooks'}.",
        MovedNotebookWarning,
        stacklevel=3,
    )
