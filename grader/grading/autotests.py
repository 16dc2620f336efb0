"""nbgrader's autotests: comments in the instructor's notebook, which a release turns into tests."""

from __future__ import annotations

from nbformat import NotebookNode
from traitlets.config import Config


def delimiter(config: Config | None) -> str:
    """The word that makes a comment an autotest."""
    return str((config or Config()).InstantiateTests.get("autotest_delimiter", "AUTOTEST"))


def has_autotests(source: str, config: Config | None) -> bool:
    """Whether a cell still holds such comments: as they are, any answer passes them."""
    word = delimiter(config)
    if word not in source:
        return False
    from nbgrader.preprocessors import InstantiateTests

    comments = tuple({"#", *InstantiateTests(config=config).comment_strs.values()})
    return any(word in line and line.strip().startswith(comments) for line in source.splitlines())


def cells_with_autotests(notebook: NotebookNode, config: Config | None) -> frozenset[str]:
    """The names of the cells with autotests; those that nobody marks and anyone may edit do not count."""
    from nbgrader.utils import is_grade, is_locked, is_solution

    return frozenset(
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if cell.cell_type == "code"
        and has_autotests(cell.source, config)
        and (is_grade(cell) or is_solution(cell) or is_locked(cell))
        and cell.metadata.nbgrader.get("grade_id") is not None
    )
