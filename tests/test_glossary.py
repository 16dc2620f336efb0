"""The glossary holds every term of the course once, and links between it and the lessons lead somewhere."""

from __future__ import annotations

import re

import nbformat

from tests.conftest import LESSONS, ROOT

GLOSSARY = (ROOT / "source" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^## (.+)\n(.+)$", GLOSSARY, re.MULTILINE)
ANCHORS = [term.replace(" ", "-") for term, _ in ENTRIES]


def prose_of(lesson: str) -> str:
    notebook = nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_each_term_appears_once_in_alphabetical_order() -> None:
    assert len(set(ANCHORS)) == len(ANCHORS)
    assert sorted(ANCHORS, key=str.casefold) == ANCHORS
    assert GLOSSARY.count("\n## ") == len(ENTRIES)


def test_each_term_is_introduced_once_in_the_lesson_that_its_entry_names() -> None:
    introduced = [
        (anchor, lesson)
        for lesson in LESSONS
        for anchor in re.findall(r"\[\*\*[^]]+\*\*\]\(\.\./glossary\.ipynb#([^)]+)\)", prose_of(lesson))
    ]
    named = [
        (anchor, link)
        for anchor, (_, text) in zip(ANCHORS, ENTRIES, strict=True)
        for link in re.findall(r"Lesson \[\d\d\]\((\w+)/\1\.ipynb\)\.$", text)
    ]
    assert sorted(introduced) == sorted(named)
    assert len(named) == len(ENTRIES)


def test_every_lesson_leads_to_the_glossary_and_each_link_finds_its_term() -> None:
    for lesson in LESSONS:
        links = re.findall(r"\(\.\./glossary\.ipynb(?:#([^)]*))?\)", prose_of(lesson))
        assert "" in links, lesson
        assert set(links) - {""} <= set(ANCHORS)


def test_students_get_the_glossary_as_written() -> None:
    released = nbformat.read(ROOT / "notebooks" / "glossary.ipynb", as_version=4)
    assert "\n\n".join(cell.source for cell in released.cells) == GLOSSARY.strip()
    for target in re.findall(r"\]\(([^)#]+)\)", GLOSSARY):
        assert (ROOT / "notebooks" / target).exists(), target
