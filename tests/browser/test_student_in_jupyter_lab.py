"""A student opens a lesson in JupyterLab and runs all of it before having written anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.jupyter_lab import CHROMIUM, jupyter_lab, open_notebook, page_at, run_all
from tests.conftest import LESSONS, ROOT

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


# The theme changes colours, not what cells do: one short lesson shows that it reaches the notebook.
@pytest.mark.parametrize(
    ("theme", "lessons"), [("light", LESSONS), ("dark", ["02_loss_function"])], ids=["light", "dark"]
)
def test_every_lesson_runs_to_its_end_and_says_what_is_not_done(
    theme: str, lessons: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("notebooks", "helpers"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with (
        jupyter_lab(tmp_path / "notebooks", tmp_path / "settings", theme) as address,
        page_at(address, tmp_path / "profile") as page,
    ):
        for lesson in lessons:
            open_notebook(page, address, f"{lesson}/{lesson}.ipynb")
            run_all(page, seconds=240)
            outputs = page.locator(".jp-OutputArea-output").all_inner_texts()
            assert any("not attempted" in text for text in outputs), lesson
            assert not [text for text in outputs if "Traceback" in text], lesson
            assert f"{lesson}.ipynb, visible checks: 0 of " in outputs[-1]
            background = page.evaluate(
                "getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor"
            )
            assert (sum(map(int, background.strip("rgb()").split(", ")[:3])) < 200) == (theme == "dark")
