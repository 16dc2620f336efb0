"""Run a lesson's cells in this process, one after the other, and look at the names that they make."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from grader.authoring.marking import close_figures, untouched
from grader.errors import CourseError

# The id of a check cell: this, and the name of its exercise.
CHECK = "check_"


@dataclass(frozen=True)
class Cell:
    """A code cell of a lesson. solves: the exercise whose solution it is, else ""."""

    source: str
    solves: str = ""


def cells_of(notebook: NotebookNode) -> list[Cell]:
    """All code cells of a lesson but the checks."""
    return [
        Cell(cell.source, _marks(cell).get("grade_id", "") if _marks(cell).get("solution") else "")
        for cell in notebook.cells
        if cell.cell_type == "code" and not _is_check(cell)
    ]


def checks_of(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The check cells of a lesson, by the names of their exercises."""
    return {
        _marks(cell)["grade_id"].removeprefix(CHECK): cell
        for cell in notebook.cells
        if cell.cell_type == "code" and _is_check(cell)
    }


def questions_of(notebook: NotebookNode) -> dict[str, float]:
    """The points of the questions that an instructor marks by hand, by their names."""
    return {
        _marks(cell)["grade_id"]: _marks(cell)["points"]
        for cell in notebook.cells
        if _marks(cell).get("grade") and _marks(cell).get("solution")
    }


def _marks(cell: NotebookNode) -> Any:
    return cell.metadata.get("nbgrader", {})


def _is_check(cell: NotebookNode) -> bool:
    return bool(_marks(cell).get("grade") and not _marks(cell).get("solution"))


class LessonShell:
    """The lesson's namespace, made by IPython's own shell, as lessons may use magics."""

    def __init__(self) -> None:
        """Start with an empty namespace."""
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        self._shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
        self.names: dict[str, Any] = self._shell.user_ns

    def run(self, cell: Cell, where: str) -> None:
        """Run a cell without showing what it prints. Raises CourseError, which names where and the cell."""
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(action="ignore"),
        ):
            result = self._shell.run_cell(cell.source)
        close_figures()
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            first = cell.source.strip().partition("\n")[0]
            raise CourseError(f"{where}: the cell that starts with {first!r} failed: {in_a_line(error)}")

    def names_untouched(self) -> dict[str, Any]:
        """The names made so far, in a copy that later cells and answers do not change."""
        return untouched(self.names)


def in_a_line(error: BaseException) -> str:
    """An exception on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
