"""The book of the real course, written once for all tests that look at it."""

from __future__ import annotations

import fcntl
import html
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_course


def written_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, made by the worker that asks first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    course, done = shared / "a book" / "course", shared / "book.done"
    with (shared / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(course, ignore_errors=True)
            for name in ("source", "notebooks", "helpers", "student"):
                shutil.copytree(ROOT / name, course / name)
            shutil.copy(ROOT / "nbgrader_config.py", course)
            result = run_course("book", cwd=course)
            assert result.returncode == 0, result.stderr
            done.touch()
    return course / "book"


class Elements(HTMLParser):
    """What a page is made of: attributes by element, ids, headings, code, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.text = ""
        self.feed(page)
        self.ids = {attributes["id"] for _, attributes in self.found if "id" in attributes}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, tag: str, attribute: str) -> list[str]:
        return [
            attributes[attribute]
            for name, attributes in self.found
            if name == tag and attribute in attributes
        ]


def article(page: str) -> str:
    """The part of a page that is the lesson's own."""
    found = re.search(r'<article class="bd-article".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def code_blocks(page: str) -> list[str]:
    """The texts that a page shows as code or as an output."""
    blocks = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", "", block)) for block in blocks]
