from __future__ import annotations

import nbformat
from nbformat.v4 import new_markdown_cell

from grader.desk.sections import ExercisePlace, exercise_places
from suites.places import SOURCE
from suites.small_lessons import check, notebook


def test_an_exercise_of_the_course_is_found_in_its_section() -> None:
    lesson = nbformat.read(SOURCE / "02_loss_function" / "02_loss_function.ipynb", as_version=4)
    places = exercise_places(lesson)
    assert places["check_mse"] == ExercisePlace("Exercise: mse", "Squares that you can see")
    assert places["why_square"] == ExercisePlace(
        "Question: why square the errors?", "One ride in a traffic jam"
    )
    assert list(places) == ["check_mse", "check_mae", "why_square", "check_hinge", "check_cross_entropy"]


def test_a_lesson_without_headings_calls_its_exercises_by_their_ids() -> None:
    lesson = notebook(new_markdown_cell("```\n# a comment\n```"), check("check_double", "assert True"))
    assert exercise_places(lesson) == {"check_double": ExercisePlace("check_double", "")}
