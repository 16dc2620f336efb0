"""The page about the rooms shows the imports as they are, and the lessons keep to `helpers`."""

from __future__ import annotations

import ast

import pytest

from grader.authoring.working_out import EXERCISES
from suites import rooms
from tests.conftest import LESSONS, ROOT


def test_the_page_about_the_rooms_shows_the_imports() -> None:
    assert rooms.PAGE.read_text(encoding="utf-8") == rooms.page()


def test_imports_between_rooms_go_one_way() -> None:
    graph, _ = rooms.imports()
    left = dict(graph)
    while left:
        lowest = [room for room, imported in left.items() if not imported & left.keys()]
        assert lowest, f"these import each other: {', '.join(left)}"
        for room in lowest:
            del left[room]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_imports_only_helpers_of_this_project(lesson: str) -> None:
    for path in (ROOT / "source" / lesson).glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        if path.name == EXERCISES:  # stays with the instructor
            modules -= {"grader.authoring.networks"}
        packages = {module.partition(".")[0] for module in modules}
        assert packages.isdisjoint({"grader", "suites", "tests", "benchmarks"})
