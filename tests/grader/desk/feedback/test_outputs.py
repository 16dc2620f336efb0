"""Outputs of cells, as feedback pages show them."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from grader.desk.feedback.machine import Machine
from grader.desk.feedback.outputs import shown
from helpers.curves_as_svg import curves_as_svg


def test_curves_that_were_drawn_live_are_a_picture_with_its_alt_text(tmp_path: Path) -> None:
    svg = curves_as_svg("Trained to epoch 2", {"loss": [(1, 2.0), (2, 0.5)]}, 2)
    address = base64.b64encode(svg.encode()).decode()
    output = {
        "output_type": "display_data",
        "data": {
            "text/html": f'<img alt="cleaned away" src="data:image/svg+xml;base64,{address}">',
            "image/svg+xml": svg,
            "text/plain": "words",
        },
        "metadata": {"image/svg+xml": {"alt": "Loss <b>from 2"}},
    }
    page = shown(output, "scope", Machine(tmp_path))
    found = re.fullmatch(
        r'<img class="picture" src="data:image/svg\+xml;base64,([^"]+)" alt="Loss &lt;b&gt;from 2">', page
    )
    assert found
    kept = base64.b64decode(found[1]).decode()
    assert kept.count("<path") == 1
    assert "training: 0.500" in kept
    assert "stroke-dasharray" in kept


def nested(element: str, copy: str) -> str:
    """A picture that draws a shape 2 to the power of 40 times. copy: what refers to an element, by its number."""
    parts = [f'<{element} id="a0"><path d="M 0 0 L 9 9"/></{element}>']
    parts += [f'<{element} id="a{number + 1}">{2 * copy.format(number)}</{element}>' for number in range(40)]
    return "".join([*parts, copy.format(40)])


def many_copies_of_many() -> str:
    shapes, copies = 4000 * '<path d="M 0 0"/>', 4000 * '<use href="#a"/>'
    return f'<g id="a">{shapes}</g>{copies}'


@pytest.mark.parametrize(
    ("drawn", "most"),
    [
        (nested("pattern", '<rect fill="url(#a{})"/>'), 2),
        (nested("mask", '<rect mask="url(#a{})"/>'), 2),
        (nested("clipPath", '<rect clip-path="url( #a{} )"/>'), 2),
        (nested("marker", '<path d="M 0 0" marker-start="url(#a{})"/>'), 2),
        (nested("g", '<use href="#a{}"/>'), 2),
        (many_copies_of_many(), 50),
    ],
    ids=["patterns", "masks", "clips", "markers", "copies", "many copies of many"],
)
def test_a_picture_draws_no_shape_again_and_again(drawn: str, most: int, tmp_path: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    output = {"output_type": "display_data", "data": {"image/svg+xml": svg}, "metadata": {}}
    found = re.search(r'base64,([^"]+)', shown(output, "scope", Machine(tmp_path)))
    assert found
    kept = base64.b64decode(found[1]).decode()
    assert 0 < len(re.findall(r"url\(|href=", kept)) <= most
