"""The lessons' widgets in JupyterLab and in Jupyter Notebook 7, moved with the keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from suites.jupyter_lab import (
    CHROMIUM,
    LAB,
    NOTEBOOK,
    jupyter_lab,
    open_notebook,
    outputs,
    page_at,
    run_all,
)
from tests.browser.layout import faults

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# A cell for each widget.
CELLS = (
    """import numpy as np
from helpers.lessons.gradient_descent.explorer import explore_learning_rate
def descend(gradient, start, rate, steps):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)
explore_learning_rate(descend, lambda w: (w - 3) ** 2, lambda w: 2 * (w - 3))""",
    """from helpers.lessons.backpropagation.stepper import step_through_backpropagation
step_through_backpropagation()""",
    """from helpers.lessons.digits.explorer import explore_epochs_and_capacity
explore_epochs_and_capacity()""",
    """from helpers.lessons.fashion_mnist.chooser import choose_prediction
choose_prediction(np.eye(10), np.zeros((10, 28, 28)), np.arange(10))""",
)
# What comes with ipywidgets works in JupyterLab, Notebook 7, VS Code and Colab without another extension.
WHERE_FROM = """from ipywidgets.widgets.widget import _instances
print(sorted({each._model_module for each in _instances.values()}))"""
IPYWIDGETS = "['@jupyter-widgets/base', '@jupyter-widgets/controls', '@jupyter-widgets/output']"
# For each part of each widget: the keys that change it, and what it then prints. Jupyter Notebook 7 keeps the arrow
# keys for itself while a slider has the focus.
ARROWS = (
    [(["ArrowRight"], "Learning rate 0.006:")],
    [(["ArrowRight"], "Step 2 of 22,")],
    [
        (["ArrowLeft"], "32 hidden neurons after 10 epochs:"),
        (["ArrowRight"], "32 hidden neurons after 11 epochs:"),
    ],
    [(["ArrowUp", "Enter"], "Expected: Trouser")],
)
PAGES = (
    [(["PageUp"], "Learning rate 0.01:")],
    [(["PageUp"], "Step 6 of 22,")],
    [
        (["PageDown"], "2 hidden neurons after 10 epochs:"),
        (["PageUp"], "2 hidden neurons after 15 epochs:"),
    ],
    [(["ArrowUp", "Enter"], "Expected: Trouser")],
)
PARTS = ".noUi-handle, .jupyter-widgets input"
# What the focus may change about how a part looks.
LOOK = """each => {
    const style = getComputedStyle(each);
    return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
}"""
# On a busy machine.
SECONDS = 60


@pytest.mark.parametrize(
    ("application", "keys_of_cells"), [(LAB, ARROWS), (NOTEBOOK, PAGES)], ids=[LAB, NOTEBOOK]
)
def test_the_keyboard_reaches_and_changes_every_widget(
    application: str, keys_of_cells: Sequence[list[tuple[list[str], str]]], tmp_path: Path
) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (*CELLS, WHERE_FROM)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "widgets.ipynb"
    )
    with (
        jupyter_lab(folder, tmp_path / "settings", "light", application) as address,
        page_at(address, tmp_path / "profile") as page,
    ):
        open_notebook(page, address, "widgets.ipynb", application)
        run_all(page, seconds=SECONDS)
        assert outputs(page)[-1].strip() == IPYWIDGETS
        for number, parts in enumerate(keys_of_cells):
            _wait_until_shown(page, number, "")
            looks = (
                page.locator(".jp-CodeCell")
                .nth(number)
                .locator(PARTS)
                .evaluate_all(f"all => all.map({LOOK})")
            )
            assert len(looks) == len(parts)
            page.locator(".jp-CodeCell").nth(number).locator(".jp-InputPrompt").click()
            for look, (keys, shown) in zip(looks, parts, strict=True):
                focused = _tab_to_a_part(page)
                assert focused != look, "the focus does not show"
                for key in keys:
                    page.keyboard.press(key)
                _wait_until_shown(page, number, shown)
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_timeout(300)
            assert faults(page) == []


def _tab_to_a_part(page: Page) -> str:
    """Press Tab until a widget has the focus. Returns how it looks then."""
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches('{PARTS}')"):
            return str(page.locator(":focus").evaluate(LOOK))
    raise AssertionError("Tab does not reach the widget")


def _wait_until_shown(page: Page, number: int, text: str) -> None:
    """Wait until a cell's widget has drawn its picture, and printed this."""
    picture = page.locator(".jp-CodeCell").nth(number).locator(".jupyter-widgets img").first
    deadline = time.monotonic() + SECONDS
    while not (picture.is_visible() and text in outputs(page)[number]):
        assert time.monotonic() < deadline, f"{text!r} is not in {outputs(page)[number]!r}"
        page.wait_for_timeout(100)
