"""A student opens a lesson in JupyterLab, runs all of it before having written anything, and once it is solved.

The slow test runs every solved lesson. LESSON_SCREENSHOTS names a folder for pictures of all of them, light and
dark, 1280 and 800 pixels wide.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from playwright.sync_api import Page

from suites.jupyter_lab import (
    CHROMIUM,
    asked,
    complaints,
    jupyter_lab,
    open_notebook,
    outputs,
    page_at,
    run_all,
    use_theme,
)
from tests.browser.layout import faults
from tests.conftest import LESSONS, ROOT

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WIDTHS = (1280, 800)
SOLUTION_MARK = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
# The untouched 08_training_clinic trains for more than a minute. As grading does it, it takes half of that, for
# the same numbers; it prints nothing while it trains, so the page shows the same.
QUICK = """
from pathlib import Path
if Path.cwd().name == "08_training_clinic":
    from grader.executor.quick_training import install
    install(0)
"""


class Desk(NamedTuple):
    """A page of a browser on a server, and where both keep things."""

    page: Page
    address: str
    folder: Path

    def open(self, notebook: str) -> None:
        open_notebook(self.page, self.address, notebook)

    def use(self, theme: str) -> None:
        use_theme(self.folder / "settings", theme)

    def widen(self, width: int) -> None:
        """Make the page this wide, and so high that all of the notebook is on it, from its first cell."""
        self.page.set_viewport_size({"width": width, "height": 1000})
        self.page.wait_for_timeout(200)
        height = self.page.locator(".jp-Cell").evaluate_all(
            "all => all.at(-1).getBoundingClientRect().bottom - all[0].getBoundingClientRect().top"
        )
        self.page.set_viewport_size({"width": width, "height": min(int(height) + 200, 16_000)})
        self.page.locator(".jp-Cell").first.scroll_into_view_if_needed()
        self.page.wait_for_timeout(200)


@contextmanager
def desk(folder: Path, startup: str = "") -> Iterator[Desk]:
    """Serve folder/notebooks with JupyterLab, and open a browser on it, both as on the first day.

    startup: code that kernels run first.
    """
    path = folder / "ipython" / "profile_default" / "startup" / "first.py"
    path.parent.mkdir(parents=True)
    path.write_text(startup, encoding="utf-8")
    (folder / "notebooks").mkdir(exist_ok=True)
    # As students have the course: its helpers beside its notebooks.
    shutil.copytree(ROOT / "helpers", folder / "helpers")
    variables = {"IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": str(folder)}
    with (
        jupyter_lab(folder / "notebooks", folder / "settings", "light", variables=variables) as address,
        page_at(address, folder / "profile") as page,
    ):
        yield Desk(page, address, folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the released lessons."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with desk(folder, QUICK) as desk_:
        yield desk_


def checks_of(path: Path) -> dict[str, int]:
    """The checks of a notebook by their names, and which code cells they are."""
    cells = [each for each in nbformat.read(path, as_version=4).cells if each.cell_type == "code"]
    return {
        cell.metadata.nbgrader.grade_id: place
        for place, cell in enumerate(cells)
        if cell.metadata.get("nbgrader", {}).get("grade") and not cell.metadata.nbgrader.solution
    }


def solve(lessons: Iterable[str], folder: Path) -> None:
    """Put the released notebooks into a folder, with the instructor's answers in them."""
    for lesson in lessons:
        place = f"{lesson}/{lesson}.ipynb"
        solved = nbformat.read(ROOT / "source" / place, as_version=4)
        answers = {
            cell.metadata.nbgrader.grade_id: SOLUTION_MARK.sub("", cell.source)
            for cell in solved.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        notebook = nbformat.read(ROOT / "notebooks" / place, as_version=4)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        (folder / lesson).mkdir(parents=True)
        nbformat.write(notebook, folder / place)


def is_dark(page: Page) -> bool:
    background = page.evaluate("getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor")
    return sum(map(int, background.strip("rgb()").split(", ")[:3])) < 200


# Those that train for more than half a minute before anything is written.
LONG = ("07_mnist", "08_training_clinic")


@pytest.mark.parametrize(
    "lessons",
    [
        pytest.param([each for each in LESSONS if each not in LONG], id="quick"),
        pytest.param(LONG, id="long", marks=pytest.mark.slow),
    ],
)
def test_every_lesson_opens_without_a_warning_and_runs_untouched(lessons: Sequence[str], here: Desk) -> None:
    told = complaints(here.page)
    for lesson in lessons:
        notebook = f"{lesson}/{lesson}.ipynb"
        here.open(notebook)
        assert (asked(here.page), told) == ([], []), lesson
        run_all(here.page, seconds=240)
        shown = outputs(here.page)
        assert [text for text in shown if "Traceback" in text] == [], lesson
        for check, place in checks_of(here.folder / "notebooks" / notebook).items():
            # Not attempted, or an earlier exercise comes first.
            assert shown[place].startswith("○ "), check
        for width in WIDTHS:
            here.widen(width)
            assert faults(here.page) == [], (lesson, width)
        assert (asked(here.page), told) == ([], []), lesson


def test_the_theme_reaches_the_notebook(here: Desk) -> None:
    for theme in ("dark", "light"):
        here.use(theme)
        here.open("00_welcome/00_welcome.ipynb")
        assert is_dark(here.page) == (theme == "dark")


# Those that train are in the slow test.
def test_a_solved_lesson_passes_all_its_checks(here: Desk) -> None:
    assert wrong_when_solved(here, ["02_loss_function", "03_gradient_descent"], ["light"]) == []


@pytest.mark.slow
def test_every_solved_lesson_passes_all_its_checks(tmp_path: Path) -> None:
    pictures = os.environ.get("LESSON_SCREENSHOTS")
    with desk(tmp_path) as here:
        assert wrong_when_solved(here, LESSONS, ["light", "dark"], pictures and Path(pictures)) == []


def wrong_when_solved(
    here: Desk, lessons: Sequence[str], themes: Sequence[str], pictures: Path | str | None = None
) -> list[str]:
    """Run solved lessons and look at each in every theme and width. Returns a line for all that is wrong."""
    solve(lessons, here.folder / "notebooks" / "solved")
    told = complaints(here.page)
    wrong = []
    for lesson in lessons:
        notebook = f"solved/{lesson}/{lesson}.ipynb"
        here.use(themes[0])
        here.open(notebook)
        run_all(here.page, seconds=900)
        shown = outputs(here.page)
        wrong += [f"{lesson}: {text}" for text in shown if "Traceback" in text]
        for check, place in checks_of(here.folder / "notebooks" / notebook).items():
            if not shown[place].startswith(f"✓ {check.removeprefix('check_')}: right."):
                wrong.append(f"{lesson}, {check}: {shown[place]}")
        for theme in themes:
            if theme != themes[0]:
                here.page.keyboard.press("Control+s")
                here.page.locator(".jp-mod-dirty").wait_for(state="detached")
                here.use(theme)
                here.open(notebook)
            for width in WIDTHS:
                here.widen(width)
                wrong += [f"{lesson}, {theme}, {width}: {fault}" for fault in faults(here.page)]
                if pictures:
                    here.page.screenshot(path=Path(pictures) / f"{lesson}-{theme}-{width}.png")
        wrong += [f"{lesson}: {text}" for text in (*asked(here.page), *told)]
        told.clear()
    return wrong
