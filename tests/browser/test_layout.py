"""What the lessons' tests look for on a page is found where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites.jupyter_lab import CHROMIUM, page_at
from tests.browser.layout import faults

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

CELL = '<div class="jp-Cell" style="width: 400px"><div class="jp-RenderedHTMLCommon">{}</div></div>'
PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
RIGHT = (
    "<h2>A heading</h2><p>A text that is long enough to be broken into several lines in its cell.</p>"
    "<div style='overflow-x: auto'><table><tr><td>" + "wide " * 5 + "</td></tr></table></div>"
    f"<img alt='fits' style='max-width: 100%' width=900 height=20 src='{PICTURE}'>"
)
WRONG = {
    "": "no text and no output",
    "<div style='overflow: hidden; width: 50px; white-space: nowrap'>a text that is cut</div>": "clipped by",
    "<div style='overflow: hidden; height: 5px'>two lines<br>that are cut</div>": "px down",
    f"<img alt='a figure' width=900 height=20 src='{PICTURE}'>": "wider than the page by",
    "<pre style='width: 900px'>a line</pre>": "wider than the page by",
    "<p>One.</p><p style='margin-top: -40px'>Two.</p>": "overlaps the one before by",
    "<table style='table-layout: fixed'><tr><td>One</td><td style='transform: translateX(-20px)'>2</td></tr>"
    "</table>": "overlaps the one before by",
}


def test_what_is_clipped_overlaps_or_does_not_fit_is_named(tmp_path: Path) -> None:
    page_path = tmp_path / "page.html"
    page_path.write_text(CELL.format(RIGHT), encoding="utf-8")
    with page_at(page_path.as_uri(), tmp_path / "profile") as page:
        assert faults(page) == []
        for content, says in WRONG.items():
            page.set_content(CELL.format(content) if content else "")
            found = faults(page)
            assert len(found) == 1, (content, found)
            assert says in found[0]
