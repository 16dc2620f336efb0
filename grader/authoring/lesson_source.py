"""A lesson as text and as a notebook: pair them, give cells their ids, tell which of the two was changed."""

from __future__ import annotations

import enum
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.atomic import write_text, writing
from grader.authoring import tables
from grader.authoring.working_out import EXERCISES
from grader.authoring.written_cells import PERCENT, read_cells
from grader.classroom.built import digest_of_written
from grader.errors import CourseError
from grader.grading.hidden_cases import without_hidden

HEADER_END = re.compile(r"(?<=\n)# ---\n")


class State(enum.Enum):
    """How a lesson's .py and its built notebook compare."""

    FRESH = "up to date"
    NOT_BUILT = "not built yet"
    TEXT_CHANGED = "the .py was changed"
    NOTEBOOK_CHANGED = "the notebook was changed"
    BOTH_CHANGED = "both the .py and the notebook were changed"
    TABLE_CHANGED = "its table of exercises or its hidden cases have changed since it was built"


@dataclass(frozen=True)
class LessonSource:
    """The two forms of one lesson in `source/<lesson>/`."""

    folder: Path

    @property
    def text_path(self) -> Path:
        """The lesson as text."""
        return self.folder / f"{self.folder.name}.py"

    @property
    def notebook_path(self) -> Path:
        """The lesson as the instructor's notebook, with outputs."""
        return self.folder / f"{self.folder.name}.ipynb"

    def paired(self) -> nbformat.NotebookNode:
        """The notebook that the text describes: no outputs, ids made from names and contents.

        Raises CourseError with a line for each problem in the text.
        """
        notebook = read_cells(self.text_path)
        notebook.metadata.pop("jupytext", None)
        course = notebook.metadata.setdefault("course", {})
        if (self.folder / EXERCISES).exists():
            course["exercises"] = hashlib.sha256((self.folder / EXERCISES).read_bytes()).hexdigest()
        course["built_from"] = digest_of_written(notebook)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        _keep_written_metadata(notebook)
        _give_ids(notebook)
        return notebook

    def built(self) -> nbformat.NotebookNode:
        """The notebook as it lies there. Raises CourseError when it cannot be read."""
        try:
            notebook: nbformat.NotebookNode = nbformat.read(self.notebook_path, as_version=4)
        except (ValueError, nbformat.ValidationError) as error:
            raise CourseError(
                f"{self.notebook_path} cannot be read as a notebook ({type(error).__name__}). "
                f"Restore it, or delete it and run: course build {self.folder.name}"
            ) from None
        return notebook

    def state(self) -> State:
        """Compare both forms with the digest of the text that the notebook was built from."""
        if not self.notebook_path.exists():
            return State.NOT_BUILT
        notebook = self.built()
        built_from = notebook.metadata.get("course", {}).get("built_from")
        text_digest, notebook_digest = (
            self.paired().metadata.course["built_from"],
            digest_of_written(notebook),
        )
        if text_digest == notebook_digest:
            if text_digest != built_from:
                return State.TEXT_CHANGED
            return State.FRESH if tables.is_as_built(self.folder, notebook) else State.TABLE_CHANGED
        if notebook_digest == built_from:
            return State.TEXT_CHANGED
        return State.NOTEBOOK_CHANGED if text_digest == built_from else State.BOTH_CHANGED

    def write_text_from_notebook(self) -> None:
        """Carry edits of the notebook back to the .py, whose header stays as it is. Raises CourseError."""
        header, _ = _split_header(self.text_path.read_text(encoding="utf-8-sig"))
        notebook = self.built()
        _keep_written_metadata(notebook)
        for cell in notebook.cells:
            cell.source = without_hidden(cell.source)
        import jupytext

        notebook.metadata.jupytext = {"notebook_metadata_filter": "-all"}
        _, cells = _split_header(jupytext.writes(notebook, fmt=PERCENT))
        # One empty line before each cell; jupytext would put two before one that starts with a function.
        with writing(self.text_path):
            write_text(self.text_path, re.sub(r"\n{2,}(?=# %%)", "\n\n", f"{header}\n{cells.lstrip()}"))


def _split_header(text: str) -> tuple[str, str]:
    end = HEADER_END.search(text) if text.startswith("# ---\n") else None
    return (text[: end.end()], text[end.end() :]) if end else ("", text)


def _keep_written_metadata(notebook: nbformat.NotebookNode) -> None:
    """Drop what frontends and converters note in cells for themselves: it does not belong to the lesson."""
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in ("nbgrader", "tags") if cell.metadata.get(key)}
        )


def _give_ids(notebook: nbformat.NotebookNode) -> None:
    """Give each cell its nbgrader id, or one made from its contents: the same text, the same ids."""
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        name = name or hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
