"""Pages beside the lessons, such as the glossary: text in source/*.md becomes a notebook of text alone.

A notebook, because JupyterLab shows a Markdown file as its source when a link opens it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import jupytext
import nbformat

from grader.atomic import write_text, writing


def release_pages(source: Path, release: Path) -> list[Path]:
    """Write each page of a course's source folder as a notebook for students. Returns the notebooks."""
    notebooks = []
    for name, text in pages(source).items():
        notebooks.append(release / name)
        with writing(notebooks[-1]):
            release.mkdir(exist_ok=True)
            write_text(notebooks[-1], text)
    return notebooks


def pages(source: Path) -> dict[str, str]:
    """The pages of a course's source folder as notebooks for students: their text, by file name."""
    made = {}
    for text_path in sorted(source.glob("*.md")):
        text = text_path.read_text(encoding="utf-8")
        # A cell for each heading: links to headings lead to cells.
        notebook: nbformat.NotebookNode = jupytext.reads(
            text, fmt={"extension": ".md", "split_at_heading": True}
        )
        notebook.metadata = nbformat.from_dict(
            {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        )
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        for cell in notebook.cells:
            # The same text, the same id.
            cell.id = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
            cell.metadata = nbformat.from_dict({})
        made[f"{text_path.stem}.ipynb"] = nbformat.writes(notebook) + "\n"
    return made
