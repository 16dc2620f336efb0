"""The pages of the book that are not lessons: the front page, and the guide for students."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat

TEMPLATE = Path(__file__).with_name("front.md.txt")
# The section of a lesson that says what it is about.
WILL_DO = re.compile(r"^## What you will do\n(.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^# (.*)", re.MULTILINE)


def front_page(title: str, lessons: Mapping[str, bytes], others: list[str], package: str, size: int) -> str:
    """The front page, in Markdown, with the book's table of contents.

    lessons: notebooks by the names of their pages. others: the pages behind them. package: the file of the
    zip for students, of that size in bytes.
    """
    rows, contents = [], []
    for page, notebook in lessons.items():
        text = _text(notebook)
        number = page.partition("_")[0]
        heading = _title(text, page)
        about = WILL_DO.search(text)
        if number.isdigit():
            heading = f"{number} {heading}"
        rows.append(f"- [**{heading}**]({page}.ipynb)\\\n  {' '.join(about[1].split()) if about else ''}")
        contents.append(f"{heading} <{page}>")
    page = TEMPLATE.read_text(encoding="utf-8")
    for name, value in {
        "title": title,
        "lessons": "\n".join(rows),
        "contents": "\n".join(["Start here <start>", *contents, *others]),
        "package": html.escape(package),
        "size": f"{size / 1e6:.1f} MB",
    }.items():
        page = page.replace(f"<{name}>", value)
    return page


def start_text(guide: str, package: str) -> str:
    """The guide for students, in Markdown, with a line that says which folder it means."""
    heading, _, rest = guide.partition("\n")
    line = (
        f'First <a href="{html.escape(package)}" download>download the course</a> and unpack it. '
        "“This folder” is what you have unpacked."
    )
    return f"{heading}\n\n{line}\n{rest}"


def _text(notebook: bytes) -> str:
    cells = nbformat.reads(notebook.decode(), as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def _title(text: str, page: str) -> str:
    found = HEADING.search(text)
    return found[1] if found else page
