"""What the build makes of a broken training, and which mistakes of an author it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.authoring.kinds import entry_of
from helpers.kit.author import BrokenTraining, NewImages
from helpers.kit.tables import exercise_from

IMAGES = NewImages(
    dataset="fashion_mnist", training=60, test=20, new=40, start=20, no_marks_below=0.7, full_marks_from=0.8
)
WRITTEN = BrokenTraining(
    hints=("Look.", "Look again."),
    answers=("fault", "mended"),
    faults={"rate too high": "Slower.", "rate too low": "Faster.", "no labels": "Look at the labels."},
    advice={"rate too low": "It does not creep."},
    sign="It jumps.",
    network=IMAGES,
    hidden_start=60,
)
SOLUTION = 'fault = ...\nmended = ...\nfault = "rate too high"\nmended = train()'


def work_out(solution: str = SOLUTION, **changed: Any) -> Any:
    return entry_of("exercises.py: ill", "ill", replace(WRITTEN, **changed), {}, solution).work_out(3)


def test_the_table_holds_a_digest_in_place_of_the_right_name() -> None:
    entry, hidden, problems = work_out()
    assert not problems
    assert hidden == [{"start": 60}]
    exercise = exercise_from(entry)
    assert exercise.outcome("too high", ...).remark.startswith("mended comes next")
    outcome = exercise.outcome("too low", ...)
    assert [slip.advice for slip in outcome.slips] == ["It does not creep."]
    assert outcome.remark.endswith("It jumps.")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"hidden_start": 20}, "hidden case 1 is visible case 1."),
        ({"advice": {"rate": "Which?"}}, "its advice on 'rate' is on no name of the list."),
        ({"advice": {"rate too high": "Slower!"}}, "its advice on 'rate too high' would never be said: it is the right name."),
        ({"faults": {**WRITTEN.faults, "rate": "Which?"}}, "the words of the fault 'rate' are in another one as well."),
        ({"advice": {"no labels": " "}}, "the fault 'no labels' needs advice."),
        ({"solution": "fault = 'something else'"}, "its solution does not set fault to a name of the list."),
        ({"solution": "fault = name_of(curves)"}, "its solution does not set fault to a name of the list."),
        ({"hints": ("Look.",)}, "it needs two hints."),
    ],
)  # fmt: skip
def test_each_mistake_of_an_author_is_one_line(changed: dict[str, Any], problem: str) -> None:
    assert work_out(**changed)[2] == [f"exercises.py: ill: {problem}"]
