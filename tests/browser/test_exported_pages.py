"""Lessons exported as HTML, in light and dark: axe-core finds nothing serious, and everything fits the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter
from playwright.sync_api import Page

from suites.jupyter_lab import CHROMIUM, page_at
from tests.browser.layout import faults
from tests.conftest import LESSONS, ROOT

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# What brings colours of its own along, in which nothing of the lesson is said: nbconvert's numbers of cells and its
# colours of code (a contrast of 2.2 to 4.4 where 4.5 is asked for), and the numbers in Keras' summary of a model.
NOT_OURS = ".jp-InputPrompt, .jp-OutputPrompt, .jp-CodeCell .jp-InputArea, pre span[style*=color]"
# nbconvert's pages underline links only under the mouse.
OPTIONS = {"resultTypes": ["violations"], "rules": {"link-in-text-block": {"enabled": False}}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page_at("about:blank", tmp_path_factory.mktemp("browser") / "profile") as page_:
        # A page loads its formulas and scripts from the network, which tests leave alone.
        page_.context.set_offline(True)
        yield page_


def serious(page: Page, options: dict[str, Any]) -> list[str]:
    """A line for each serious or critical violation that axe-core finds."""
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in Axe().run(page, options=options).response["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_exported_lesson_is_accessible_and_fits_its_page(lesson: str, page: Page, tmp_path: Path) -> None:
    # The theme changes colours only.
    for theme, options in (("light", OPTIONS), ("dark", CONTRAST)):
        exported, _ = HTMLExporter(theme=theme).from_filename(
            str(ROOT / "source" / lesson / f"{lesson}.ipynb")
        )
        path = tmp_path / f"{theme}.html"
        path.write_text(exported, encoding="utf-8")
        page.goto(path.as_uri())
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 1000})
            assert faults(page) == []
        page.evaluate(
            "not_ours => document.querySelectorAll(not_ours).forEach(each => each.remove())", NOT_OURS
        )
        assert serious(page, options) == []


def test_what_is_looked_for_is_found_where_it_is(page: Page) -> None:
    page.set_content(
        "<html lang=en><title>A page</title><main><h1>A page</h1><img src='x.png'>"
        "<p style='color: #999; background: #fff'>Pale</p><table><tr><td>1</td></tr></table></main></html>"
    )
    assert {each.partition(":")[0] for each in serious(page, OPTIONS)} == {"image-alt", "color-contrast"}
