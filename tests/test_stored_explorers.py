"""The instructor's notebooks without a kernel: a page made of them shows what each explorer shows at first."""

from __future__ import annotations

import io
import re
from base64 import b64decode

import nbformat
import pytest
from nbconvert import HTMLExporter
from PIL import Image

from tests.conftest import ROOT

# By lesson: what its explorer says first, and how the alt text of its picture begins.
FIRST = {
    "03_gradient_descent": (
        "Learning rate 0.005: the loss goes from",
        "Gradient descent with a learning rate",
    ),
    "04_backpropagation": ("Step 1 of 22, forward:", "Step 1 of 22, forward: the network with x1"),
    "05_fashion_mnist": ("Expected: Ankle boot", "An image taken for Ankle boot"),
    "06_digits": ("64 hidden neurons after 10 epochs:", "64 hidden neurons, 10 of 40 epochs"),
}
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("lesson", FIRST)
def test_an_exported_explorer_shows_its_first_words_and_picture(lesson: str) -> None:
    notebook = nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    (cell,) = [
        cell
        for cell in notebook.cells
        if any(WIDGET in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    notebook.cells = [cell]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    said, shows = FIRST[lesson]
    assert f"<code>{said}" in page
    ((alt, picture),) = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,([^"]+)"', page)
    assert alt.startswith(shows)
    with Image.open(io.BytesIO(b64decode(picture))) as image:
        assert min(image.size) > 300
