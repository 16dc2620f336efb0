"""A package that is not installed where a notebook runs: said in one sentence, in place of a stack trace."""

from __future__ import annotations

import sys


class MissingPackageError(ImportError):
    """A package of the course is missing; the message names it and says what to do."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a stack trace, which would tell a student nothing.
        return [str(self)]


def in_one_sentence(error: ModuleNotFoundError) -> ImportError:
    """What to raise in place of Python's own error; a missing part of the course stays as it is."""
    package = (error.name or "").partition(".")[0]
    if package in ("", "helpers"):
        return error
    return MissingPackageError(
        f"The package {package} is not installed in the Python that runs this notebook ({sys.executable}). "
        "Close JupyterLab and open the course as step 2 of its START.html says (in VS Code: Select Kernel). "
        "If that does not help, install it again, as in step 1."
    )
