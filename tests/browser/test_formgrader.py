"""nbgrader's Formgrader shows what `course grade` entered, and what a person enters there stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from grader.classroom.course import Course
from grader.grading.spec import read_spec
from suites.jupyter_lab import CHROMIUM, jupyter_lab, page_at
from suites.small_lessons import answer, as_bytes, check, handed_in, notebook, question
from tests.conftest import run_course

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

LESSON = "01_small"


@pytest.fixture
def graded_course(tmp_path: Path) -> Path:
    """A course with one graded submission, of which a question waits for a person."""
    course = tmp_path / "course"
    lesson = as_bytes(
        notebook(
            answer("double", "def double(x):\n    return 2 * x"),
            check("check_double", "assert double(2) == 4", points=2),
            question("why", points=3),
        )
    )
    submission = as_bytes(handed_in(read_spec(lesson), double="def double(x): return x + x", why="So."))
    for folder, content in (("source", lesson), ("submitted/ada", submission)):
        path = course / folder / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    result = run_course("grade", cwd=course)
    assert result.returncode == 0, result.stderr
    assert "waits to be marked by hand" in result.stdout
    return course


def test_a_mark_given_in_formgrader_joins_those_of_the_checks(graded_course: Path, tmp_path: Path) -> None:
    with (
        jupyter_lab(graded_course, tmp_path / "settings", "light") as address,
        page_at(address, tmp_path / "profile") as page,
    ):
        page.goto(f"{address}/formgrader/gradebook/{LESSON}/{LESSON}")
        page.locator("tbody a").first.click()
        marks = page.locator("input.score:not(.extra-credit)")
        # The page shows its fields first and fills in what the gradebook says when the server answers.
        expect(marks.first).to_have_attribute("placeholder", "2")
        expect(marks.nth(1)).to_contain_class("needs_manual_grade")
        with page.expect_response(lambda response: response.request.method == "PUT") as saved:
            marks.nth(1).fill("2.5")
            marks.nth(1).press("Tab")
        assert saved.value.ok
    for arguments in ([], ["--force"]):
        assert run_course("grade", *arguments, cwd=graded_course).returncode == 0
        with Course(graded_course).api.gradebook as gradebook:
            assert gradebook.find_submission(LESSON, "ada").score == 4.5
