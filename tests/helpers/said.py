"""What an exercise says of answers that are not right."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.kit.exercise import NotYet


def message_of(exercise: Any, *answers: Any) -> str:
    """The message that a student reads."""
    with pytest.raises(NotYet) as caught:
        exercise.examine(*answers)
    return str(caught.value)


def slips_of(exercise: Any, *answers: Any) -> list[str]:
    """The short names of the slips that it sees in them."""
    with pytest.raises(NotYet) as caught:
        exercise.examine(*answers)
    return [slip.slip for slip in caught.value.slips]
