"""An error of Keras is told on one line, with the line of its text that holds the reason."""

from __future__ import annotations

import pytest

from helpers.kit.models import LONGEST_REASON, told

LAYER = "Input 0 of layer 'dense' is incompatible with the layer: expected axis -1 of input shape to have value 784"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f"Exception encountered when calling Sequential.call().\n\n\x1b[1m{LAYER}\x1b[0m\n\n"
            "Arguments received by Sequential.call():\n  • training=None",
            LAYER,
        ),
        (
            "Graph execution error:\n\nDetected at node loss defined at (most recent call last):\n"
            '  File "cell.py", line 19, in <module>\n\n  File "trainer.py", line 399, in fit\n\n'
            "Received a label value of 12 which is outside the valid range of [0, 10).\n\t [[{{node loss}}]]",
            "Received a label value of 12 which is outside the valid range of [0, 10).",
        ),
        (
            "{{function_node __wrapped__MatMul}} Matrix size-incompatible: In[0]: [3,196], In[1]: [784,128]",
            "Matrix size-incompatible: In[0]: [3,196], In[1]: [784,128]",
        ),
        (
            "Invalid input shape for input [[0.25 0.5 ]\n [1. 0. ]]. Expected shape (None, 64, 3), but got (2, 2)",
            "Invalid input shape for input [[...]]. Expected shape (None, 64, 3), but got (2, 2)",
        ),
        ("Cannot convert '64' to a shape.", "Cannot convert '64' to a shape."),
        ("Exception encountered when calling f.", "Exception encountered when calling f."),
        ("", ""),
        ("x" * 1000, "x" * (LONGEST_REASON - 1) + "…"),
    ],
)
def test_the_line_with_the_reason_is_told(text: str, reason: str) -> None:
    assert told(ValueError(text)) == f"ValueError: {reason}"
