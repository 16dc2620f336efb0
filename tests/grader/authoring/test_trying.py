"""`course try`: what is not caught, not named, or refused though right, is said; nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import trying
from tests.conftest import ROOT
from tests.grader.authoring.trial_course import ANSWER, EXERCISE, TEXT, Trial

RIGHT = """
[[rms]]
name = "norm"
kind = "right"
marks = 3
source = "rms = lambda values: np.linalg.norm(values) / np.sqrt(len(values))"
"""


def test_a_lesson_whose_checks_are_good_is_called_good_without_being_built(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(TEXT, EXERCISE)
    (trial.lesson / "answers.toml").write_text(RIGHT, encoding="utf-8")
    result = trial.run("try", "01_trial")
    assert result.returncode == 0, result.stderr
    assert (
        "Every right answer is accepted. Every wrong one is refused, and the check says why." in result.stdout
    )
    figures = [line.split() for line in result.stdout.replace("│", " ").splitlines() if " rms " in line]
    right, wrong, slips, mutants, caught, right_too = map(int, figures[0][1:])
    assert (right, wrong, slips) == (1, 0, 6)
    assert mutants == caught + right_too > 3
    assert not trial.table.exists()
    assert not trial.notebook.exists()


def test_all_that_is_wrong_with_checks_is_said(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "course")
    weak = 'squared = Function(cases=[{"x": 2.0}], hidden=[{"x": 0.0}], hints=("Twice.", "Use **."))'
    trial.write(
        TEXT + "\n" + ANSWER.format(name="squared", solution="return x**2"),
        EXERCISE.replace('"rms(values) ** 2"', '"print(values)"') + weak,
    )
    right, sum_of_squares = "np.linalg.norm(values) / np.sqrt(len(values))", "np.sum(values**2)"
    answers = (
        ("refused", "right", 3, "", sum_of_squares),
        ("accepted", "wrong", 0, "median", right),
        ("unnamed", "wrong", 0, "sum instead of mean", sum_of_squares),
    )
    (trial.lesson / "answers.toml").write_text(
        "".join(
            f"[[rms]]\nname = '{name}'\nkind = '{kind}'\nmarks = {marks}\nmisconception = '{misconception}'\n"
            f"source = 'rms = lambda values: {answer}'\n"
            for name, kind, marks, misconception, answer in answers
        ),
        encoding="utf-8",
    )
    result = trial.run("try")
    assert result.returncode == 1
    said = "✗ rms: not yet. With values=[1, -5, 2] expected 3.16228, and got "
    for line, expected in zip(
        result.stderr.splitlines(),
        (
            f"rms: the right answer 'refused' gets 0 of 3 marks and deserves 3: {said}30.",
            "rms: the wrong answer 'accepted' gets 3 of 3 marks and deserves 0: ✓ rms: right.",
            f"rms: 'sum instead of mean' is not named for the wrong answer 'unnamed': {said}30.",
            f"rms: the slip 'root forgotten' is not named: {said}None.",
            "squared: a wrong answer gets all marks. It is the solution, changed: line 3, columns 12 to 15: Pow to Mult",
        ),
        strict=True,
    ):
        assert line.startswith(f"01_trial: {expected}")


@pytest.mark.parametrize(
    ("text", "exercises", "answers", "problem"),
    [
        (TEXT, EXERCISE.replace("hidden=[", "hidden=[][:0] and ["), RIGHT, "rms: it has no hidden case."),
        (
            TEXT,
            EXERCISE,
            RIGHT.replace("[[rms]]", "[[other]]"),
            "the lesson has no exercise other. It has: rms.",
        ),
        (TEXT, EXERCISE, "[[rms", "answers.toml cannot be read: "),
        (TEXT, EXERCISE, RIGHT.replace("[[rms]]", "[rms]"), "rms is not a list of answers. Begin each"),
        (
            TEXT,
            EXERCISE,
            RIGHT.replace("marks =", "mark ="),
            "answers.toml: rms, answer 1: it may not have 'mark'. It may have: name, kind, marks, source, ",
        ),
        (TEXT, EXERCISE, RIGHT.replace("marks = 3", 'marks = "3"'), "marks may not be '3'. Write a number"),
        (TEXT, EXERCISE, RIGHT.replace("marks = 3", ""), "answer 1: it has no marks."),
        (TEXT, EXERCISE, RIGHT.replace('"right"', '"correct"'), "its kind is 'correct'. Write 'right' or"),
        (TEXT, EXERCISE, RIGHT + RIGHT, "Give it a name of its own."),
        (TEXT.replace("np.sqrt", "np.squrt"), EXERCISE, RIGHT, "module 'numpy' has no attribute 'squrt'"),
    ],
)
def test_a_lesson_that_cannot_be_tried_is_one_clear_line(
    tmp_path: Path, text: str, exercises: str, answers: str, problem: str
) -> None:
    trial = Trial(tmp_path / "course")
    trial.write(text, exercises)
    (trial.lesson / "answers.toml").write_text(answers, encoding="utf-8")
    result = trial.run("try")
    assert result.returncode == 1
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("lesson", ["01_neurons", "02_loss_function"])
def test_slips_of_the_course_are_refused_and_named_as_answers_of_the_bank(
    lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some answers import TensorFlow, which takes each process longer than all else.
    monkeypatch.setattr(trying, "PROCESSES", 1)
    for exercise in trying.try_lesson(ROOT / "source" / lesson):
        assert exercise.problems == []
        assert exercise.slips >= 6
        assert exercise.survivors == []
