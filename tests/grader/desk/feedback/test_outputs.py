"""Outputs of cells, as feedback pages show them."""

from __future__ import annotations

import base64
import re
from pathlib import Path

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
