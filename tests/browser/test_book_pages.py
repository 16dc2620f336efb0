"""The book in a real browser, from files and without a network: light and dark, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from suites.jupyter_lab import CHROMIUM, FLAGS
from tests.conftest import LESSONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

PAGES = ["index", "start", *LESSONS, "glossary", "search"]
# Between them they have all that pages are made of: lists, tables, code, formulas, pictures, explorers.
OF_EACH_KIND = ("index", "start", "04_backpropagation", "06_digits", "search")


class Reader:
    """A page of a browser without a network, and what it asked for."""

    def __init__(self, book: Path, page: Page) -> None:
        self.book, self.page = book, page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, name: str) -> Page:
        self.page.goto((self.book / f"{name}.html").as_uri())
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


def reader(browser: Browser, book: Path, width: int = 1280, scheme: str = "light") -> Reader:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        offline=True,
    )
    return Reader(book, context.new_page())


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_load_nothing_and_can_be_used_by_everyone(
    width: int, scheme: str, browser: Browser, book: Path
) -> None:
    here = reader(browser, book, width, scheme)
    for name in PAGES:
        page = here.open(name)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        broken = page.locator("img").evaluate_all("all => all.filter(each => !each.naturalWidth).length")
        assert broken == 0, name
        if name in OF_EACH_KIND:
            found = Axe().run(page).response["violations"]
            assert [each for each in found if each["impact"] in ("serious", "critical")] == [], name
    assert [url for url in here.asked if not url.startswith(("file:", "data:"))] == []
    assert here.errors == []
    here.page.context.close()


def test_search_glossary_theme_and_formulas_work_without_a_network(browser: Browser, book: Path) -> None:
    here = reader(browser, book)
    page = here.open("index")
    page.keyboard.press("Control+k")
    page.keyboard.type("nesterov")
    page.keyboard.press("Enter")
    results = page.locator("#search-results li")
    expect(results.first).to_be_visible()
    results.get_by_role("link", name="Gradient descent").first.click()
    expect(page.locator("article h1")).to_contain_text("Gradient descent")

    page.get_by_role("link", name="learning rate").first.click()
    assert page.url.endswith("glossary.html#learning-rate")
    assert (
        0 <= page.locator("section#learning-rate").evaluate("each => each.getBoundingClientRect().top") < 300
    )

    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Color mode").click()
    page.locator(".theme-switch-container").get_by_text("Dark").click()
    page.wait_for_function(
        "before => getComputedStyle(document.body).backgroundColor !== before", arg=before, timeout=5000
    )
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    here.open("04_backpropagation")
    sizes = page.locator("math").evaluate_all(
        "all => all.map(each => [each.getBoundingClientRect().width, each.getBoundingClientRect().height])"
    )
    assert len(sizes) > 30
    assert all(width > 3 and height > 8 for width, height in sizes)
    assert page.evaluate("typeof window.MathJax") == "undefined"
    assert [url for url in here.asked if not url.startswith(("file:", "data:"))] == []
    assert here.errors == []
    page.context.close()


@pytest.mark.parametrize(
    ("lesson", "label", "keys", "says"),
    [
        ("03_gradient_descent", "Learning rate", ["ArrowRight"] * 3, "Learning rate 0.011:"),
        ("04_backpropagation", "Step", ["End"], "Step 22 of 22, backward"),
        ("06_digits", "Epochs", ["Home"], "64 hidden neurons after 1 epochs"),
        ("06_digits", "Hidden neurons", ["ArrowLeft", "ArrowLeft"], "8 hidden neurons after 10 epochs"),
    ],
)
def test_explorers_answer_to_the_keyboard(
    lesson: str, label: str, keys: list[str], says: str, browser: Browser, book: Path
) -> None:
    here = reader(browser, book, 390)
    page = here.open(lesson)
    explorer = page.locator(".explorer")
    picture = explorer.locator("img")
    before = picture.get_attribute("src"), picture.get_attribute("alt")
    slider = explorer.get_by_label(label)
    slider.focus()
    for key in keys:
        page.keyboard.press(key)
    expect(explorer.locator(".says")).to_contain_text(says)
    assert picture.get_attribute("src") != before[0]
    assert picture.get_attribute("alt") != before[1]
    assert (
        slider.get_attribute("aria-valuetext")
        == explorer.locator(f"output[for='{slider.get_attribute('id')}']").inner_text()
    )
    page.context.close()


def test_on_a_phone_the_list_of_pages_opens_and_closes(browser: Browser, book: Path) -> None:
    page = reader(browser, book, 390).open("01_neurons")
    link = (
        page.locator("#pst-primary-sidebar-modal, #pst-primary-sidebar")
        .get_by_role("link", name="Glossary")
        .first
    )
    expect(link).not_to_be_in_viewport()
    page.locator(".primary-toggle:visible").first.click()
    expect(link).to_be_in_viewport()
    link.click()
    expect(page.locator("article h1")).to_contain_text("Glossary")
    page.context.close()
