"""Take the README's pictures anew: python -m tests.browser.take_pictures

It needs a graded class: make demo, then course report --course demo.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from suites.jupyter_lab import jupyter_lab, open_notebook, page_at
from tests.conftest import ROOT

PICTURES = ROOT / "docs" / "pictures"
LESSON = "05_fashion_mnist"
REPORT = ROOT / "demo" / "reports" / "report.html"
FEEDBACK = ROOT / "demo" / "feedback" / "003-chiara" / "02_loss_function" / "02_loss_function.html"


def main() -> None:
    """Write lesson.png, feedback.png and report.png in docs/pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with (
            jupyter_lab(ROOT / "source", folder / "settings", "light") as address,
            page_at(address, folder / "profile") as page,
        ):
            page.set_viewport_size({"width": 1200, "height": 1000})
            open_notebook(page, address, f"{LESSON}/{LESSON}.ipynb")
            page.locator("p", has_text="Look for the second highest bar").evaluate(
                "each => each.scrollIntoView()"
            )
            page.wait_for_timeout(1000)
            page.screenshot(path=PICTURES / "lesson.png")
            page.set_viewport_size({"width": 1000, "height": 900})
            page.goto(FEEDBACK.as_uri())
            page.wait_for_timeout(1000)
            page.screenshot(path=PICTURES / "feedback.png")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(REPORT.as_uri())
            page.screenshot(path=PICTURES / "report.png")


if __name__ == "__main__":
    main()
