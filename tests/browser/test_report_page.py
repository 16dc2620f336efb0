"""The page of `course report` in a real browser: it runs and loads nothing of others, sorts, filters and prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from grader.desk.report.class_report import class_report
from grader.desk.report.page import page as page_of
from suites.jupyter_lab import CHROMIUM, FLAGS
from tests.grader.desk.reported_class import HOSTILE, LESSON, make

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    report = class_report(make(folder / "course"), [LESSON], lambda *_: None)
    path = folder / "report.html"
    path.write_text(page_of(report), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    """The page, opened without a network; fails if it asks for anything, or if its policy stops anything."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert asked == [path.as_uri()]
    assert told == []
    context.close()


def shown(page: Page) -> list[str]:
    """The students in the table of marks, as they are shown."""
    names = page.locator(".matrix tbody tr:not([hidden]) th > bdi").all_inner_texts()
    return [name.partition(" ")[0] for name in names]


def test_what_students_wrote_is_text(page: Page) -> None:
    assert page.title() == "Report: training-neural-networks"
    assert page.locator("script").count() == 1
    assert page.locator(".matrix").get_by_text(HOSTILE).is_visible()
    assert HOSTILE in (page.locator("#mistakes pre").first.text_content() or "")
    assert "\u202e" not in page.content()


def test_the_table_of_marks_is_sorted_with_the_keyboard(page: Page) -> None:
    head = page.get_by_role("columnheader", name="Sum")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert shown(page)[0] == "Ada"
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert shown(page)[-1] == "Ada"


def test_it_is_filtered_by_student_lesson_and_kind(page: Page) -> None:
    page.get_by_role("searchbox").fill("EVA")
    assert shown(page) == ["Kim"]
    assert page.locator("#found").inner_text() == "1 of 10"
    assert page.locator("#hand-ins li:visible").all_inner_texts()[0].startswith("Took 90 s")
    page.get_by_role("searchbox").fill("muller")
    assert len(shown(page)) == 2
    page.get_by_role("searchbox").fill("")
    assert len(shown(page)) == 10
    before = page.locator("#hand-ins article:visible").count()
    page.get_by_role("button", name="slow").click()
    assert page.locator("#hand-ins article:visible").count() == before - 1
    page.get_by_label("Lesson").select_option(LESSON)
    assert page.get_by_role("columnheader", name=LESSON).is_visible()


def test_paper_shows_what_is_closed_on_a_screen(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open]):not(.rare)").count() == 0
    assert not page.locator("nav").is_visible()
    page.set_viewport_size({"width": 688, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_need_not_scroll_sideways(
    browser: Browser, path: Path, scheme: str
) -> None:
    # axe is put into the page, which its policy forbids to everybody else.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path.as_uri())
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for each in page.locator("details").all():
            each.evaluate("each => each.open = true")
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
