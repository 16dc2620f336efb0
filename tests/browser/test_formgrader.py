"""Marking by hand in nbgrader's Formgrader: marks and comments reach the gradebook and the pages, and stay."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from grader.classroom.course import CONFIG_NAME, Course
from suites.jupyter_lab import CHROMIUM, jupyter_lab, page_at
from suites.small_lessons import answer, check, code, question
from tests.browser.test_feedback_pages import WATCH, cell_of
from tests.conftest import ROOT
from tests.course_here import run_course
from tests.grader.desk.feedback.classes import LESSON, feedback, hand_in, make_course

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# Those that are long keep nbconvert busy for minutes: see docs/threats.md.
PAYLOADS: list[dict[str, Any]] = [
    each
    for each in tomllib.loads((Path(__file__).parent / "payloads.toml").read_text(encoding="utf-8"))[
        "payload"
    ]
    if "times" not in each and each["mime"] != "answer"
]
RIGHT = "def double(x):\n    return x + x"
PICTURE = "import matplotlib.pyplot as plt\nplt.plot([double(1), 3])\nplt.show()"
COMMENT = "Say which rule you used, 2 < 3."
# Formgrader's page for formulas; all else comes from this machine.
MATHJAX = "https://cdnjs.cloudflare.com/"
SECONDS = 60_000


@pytest.fixture
def graded_course(tmp_path: Path) -> Path:
    """A course with two graded submissions, of which a question waits for a person; eve's attacks."""
    course = make_course(
        tmp_path / "course",
        answer("double", RIGHT),
        check("check_double", "assert double(2) == 4", points=2),
        code(PICTURE),
        question("why", points=3),
    )
    shutil.copy(ROOT / CONFIG_NAME, course)
    hand_in(course, "ada", double=RIGHT, why="So.")
    hand_in(course, "eve", *map(cell_of, PAYLOADS), double=RIGHT, why="<script>pwned(0)</script>")
    grade(course)
    with Course(course).api.gradebook as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace")
    return course


def grade(course: Path, *options: str) -> None:
    result = run_course("grade", *options, cwd=course)
    assert result.returncode == 0, result.stderr


def given(course: Path) -> tuple[float, float | None, bool, str | None]:
    """Ada's score, the mark given by hand, whether a person should look at it, and the comment."""
    place = (LESSON, LESSON, "ada")
    with Course(course).api.gradebook as gradebook:
        mark = gradebook.find_grade("why", *place)
        comment = gradebook.find_comment("why", *place).manual_comment
        return (
            gradebook.find_submission(LESSON, "ada").score,
            mark.manual_score,
            mark.needs_manual_grade,
            comment,
        )


@contextmanager
def formgrader(course: Path, folder: Path) -> Iterator[Page]:
    """Formgrader's list of submissions of the lesson."""
    with (
        jupyter_lab(course, folder / "settings", "light") as address,
        page_at("about:blank", folder / "profile") as page,
    ):
        page.set_default_timeout(SECONDS)
        page.add_init_script(WATCH)
        page.goto(f"{address}/formgrader/gradebook/{LESSON}/{LESSON}")
        page.locator("tbody a").first.wait_for(state="attached")
        yield page


def open_submission(page: Page, name: str) -> Locator:
    """Open a submission by the student's name; returns the fields for its marks."""
    row = page.locator("tbody tr", has_text=name)
    row.locator(".glyphicon-eye-open").click()
    row.locator("a.name-shown").click()
    marks = page.locator("input.score:not(.extra-credit)")
    # The page shows its fields first and fills in what the gradebook says when the server answers.
    expect(marks.first).to_have_attribute("placeholder", "2", timeout=SECONDS)
    return marks


def save(page: Page, field: Locator, text: str) -> None:
    """Fill in a field as a person does, and wait until the server has taken it."""
    with page.expect_response(lambda response: response.request.method == "PUT") as saved:
        field.fill(text)
        field.press("Tab")
    assert saved.value.ok


def test_marks_and_comments_are_given_shown_and_kept(graded_course: Path, tmp_path: Path) -> None:
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "about:")):
            elsewhere.append(request.url)

    with formgrader(graded_course, tmp_path / "formgrader") as page:
        page.on("request", note)
        marks = open_submission(page, "Lovelace, Ada")
        expect(marks.nth(1)).to_contain_class("needs_manual_grade")
        assert page.locator(".output_png img").evaluate("image => image.complete && image.naturalWidth") > 100
        assert all(url.startswith(MATHJAX) for url in elsewhere)
        save(page, marks.nth(1), "2.5")
        save(page, page.locator("textarea#why-comment"), COMMENT)

        # What eve handed in runs nothing on a page that may do all that the instructor may.
        page.go_back()
        open_submission(page, "eve")
        for element in page.locator(".output, .text_cell_render").all():
            element.dispatch_event("mouseover")
            element.dispatch_event("click")
        page.wait_for_timeout(500)
        assert "/formgrader/submissions/" in page.url
        assert page.evaluate("window.marks") == []
        assert page.title() == LESSON

    assert given(graded_course) == (4.5, 2.5, False, COMMENT)
    shown = feedback(graded_course, ["ada"])["ada"]
    assert "4.5" in shown
    assert "Say which rule you used" in shown
    for options in ([], ["--force"]):
        grade(graded_course, *options)
        assert given(graded_course) == (4.5, 2.5, False, COMMENT)
    # Another answer keeps its mark until somebody has looked at it again.
    path = graded_course / "submitted" / "ada" / LESSON / f"{LESSON}.ipynb"
    again = nbformat.read(path, as_version=4)
    again.cells[-1].source = "Because 2x = x + x."
    nbformat.write(again, path)
    grade(graded_course)
    assert given(graded_course) == (4.5, 2.5, True, COMMENT)


def test_formgrader_goes_on_in_postgresql(graded_course: Path, postgresql: str, tmp_path: Path) -> None:
    with Course(graded_course).api.gradebook as gradebook:
        gradebook.find_comment("double", LESSON, LESSON, "ada").manual_comment = COMMENT
        gradebook.db.commit()
    moved = run_course("move-gradebook", postgresql, cwd=graded_course)
    assert moved.returncode == 0, moved.stderr
    with (graded_course / CONFIG_NAME).open("a", encoding="utf-8") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{postgresql}"\n')
    (graded_course / "gradebook.db").unlink()
    with formgrader(graded_course, tmp_path / "formgrader") as page:
        marks = open_submission(page, "Lovelace, Ada")
        expect(page.locator("textarea#double-comment")).to_have_value(COMMENT)
        save(page, marks.nth(1), "1.5")
    assert given(graded_course) == (3.5, 1.5, False, None)
