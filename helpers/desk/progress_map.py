"""`show_progress()`: one picture of the whole course, and in words what to go back to. Reads files only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpers.desk.session import is_fresh_run, not_found, notebook_of_session

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from helpers.desk.progress import LessonProgress

NOT_HERE = "No saved notebook is open here. In JupyterLab this cell draws how far you are."
MOST_LINES = 8


def show_progress() -> None:
    """Draw how far you are with each lesson, and say which slip to go back to.

    It reads the notebooks that you have saved, and what the checks said last, from my_progress.json in the
    course's folder. Nothing is sent anywhere.
    """
    notebook = notebook_of_session()
    if notebook is None or is_fresh_run():
        print(not_found(NOT_HERE))
        return
    import matplotlib.pyplot as plt
    from IPython.display import display

    from helpers.desk.progress import progress_of
    from helpers.desk.report import printable
    from helpers.two_copies import HERE, copy_around

    # Of a notebook outside of every copy: how far the course is that is installed.
    lessons = progress_of(copy_around(notebook.parent) or HERE)
    figure = draw_progress(lessons)
    display(figure)
    plt.close(figure)
    print(printable(in_words(lessons)))


def draw_progress(lessons: Sequence[LessonProgress]) -> Figure:
    """One row for each lesson, one mark for each exercise; the sign in it and the key say what it means."""
    from helpers.alt_text import describe
    from helpers.appearance import card

    most = max((len(lesson.exercises) for lesson in lessons), default=1)
    with card(8.6, 0.42 * len(lessons) + 1.6, constrained=False) as figure:
        ax: Any = figure.add_axes((0.23, 0.21, 0.75, 0.70))
        ax.set(xlim=(-0.5, most + 0.5), ylim=(len(lessons) - 0.4, -0.6))
        ax.axis("off")
        ax.set_title("Your course so far")
        for row, lesson in enumerate(lessons):
            ax.text(-0.6, row, lesson.lesson, ha="right", va="center", fontsize=10)
            done, of = _done(lesson)
            ax.text(most + 0.5, row, f"{done} of {of}", ha="right", va="center", fontsize=10)
        _draw_marks(
            ax,
            [
                (place, row, exercise.outcome)
                for row, lesson in enumerate(lessons)
                for place, exercise in enumerate(lesson.exercises)
            ],
        )
        key: Any = figure.add_axes((0.0, 0.02, 1.0, 0.15))
        key.set(xlim=(0, 4), ylim=(1.5, -0.5))
        key.axis("off")
        places = [(0.15 + number % 4, number // 4) for number in range(len(KEY))]
        _draw_marks(key, [(x, y, outcome) for (x, y), (outcome, _) in zip(places, KEY, strict=True)])
        for (x, y), (_, words) in zip(places, KEY, strict=True):
            key.text(x + 0.08, y, words, va="center", fontsize=9)
    describe(figure, alt_text(lessons))
    return figure


KEY = (
    ("right", "right"),
    ("part", "part of the marks"),
    ("not yet", "not right yet"),
    ("did not run", "not checked yet"),
    ("not attempted", "not attempted"),
    ("answered", "answered in words"),
    ("not answered", "not answered yet"),
)


def _draw_marks(ax: Any, marks: Sequence[tuple[float, float, str]]) -> None:
    """Marks at x and y whose shape, edge and sign say the outcome; their colour is only an addition."""
    from helpers.appearance import BLUE, CARD, GREEN, GREY, ORANGE, RED, mark_fonts

    looks = {
        "right": ("o", GREEN, GREEN, "✓", "white"),
        "part": ("o", CARD, GREEN, "◐", GREEN),
        "not yet": ("o", CARD, RED, "✗", RED),
        "did not run": ("o", CARD, ORANGE, "?", ORANGE),
        "not attempted": ("o", CARD, GREY, "", GREY),
        "answered": ("s", CARD, BLUE, "✎", BLUE),
        "not answered": ("s", CARD, GREY, "", GREY),
    }
    for outcome, (shape, filling, edge, sign, colour) in looks.items():
        places = [(x, y) for x, y, each in marks if each == outcome]
        if not places:
            continue
        ax.scatter(
            *zip(*places, strict=True), s=200, marker=shape, c=filling, edgecolors=edge, linewidths=1.6
        )
        for x, y in places if sign else ():
            ax.text(
                x, y, sign, ha="center", va="center_baseline", color=colour, fontsize=11, family=mark_fonts()
            )


def _done(lesson: LessonProgress) -> tuple[int, int]:
    done = sum(exercise.outcome in ("right", "part", "answered") for exercise in lesson.exercises)
    return done, len(lesson.exercises)


def alt_text(lessons: Sequence[LessonProgress]) -> str:
    """What the picture shows."""
    rows = []
    for lesson in lessons:
        done, of = _done(lesson)
        rows.append(f"{lesson.lesson}: {done} of {of}.")
    counts = " ".join(rows)
    return f"Your course so far: a row for each lesson, a mark for each exercise. Exercises done: {counts}"


def in_words(lessons: Sequence[LessonProgress]) -> str:
    """What to go back to, with its section, and where to go on."""
    back = [
        _line(lesson.lesson, exercise.name, exercise.slip, exercise.section)
        for lesson in lessons
        for exercise in lesson.exercises
        if exercise.outcome == "not yet"
    ]
    unchecked = {
        lesson.lesson: [each.name for each in lesson.exercises if each.outcome == "did not run"]
        for lesson in lessons
    }
    lines = ["Go back to:", *back[:MOST_LINES]] if back else []
    if len(back) > MOST_LINES:
        lines.append(f"- and {len(back) - MOST_LINES} more")
    lines += [
        f"Run the checks of {', '.join(names)} in {lesson}." for lesson, names in unchecked.items() if names
    ]
    fresh = [
        (lesson.lesson, exercise)
        for lesson in lessons
        for exercise in lesson.exercises
        if exercise.outcome in ("not attempted", "not answered")
    ]
    if fresh:
        lesson, exercise = fresh[0]
        lines.append(f"Next: {exercise.name} in {lesson}{_in_section(exercise.section)}.")
    elif not lines:
        lines.append("Every exercise is done.")
    lines += [problem for lesson in lessons if (problem := lesson.problem)]
    return "\n".join(lines)


def _line(lesson: str, exercise: str, slip: str, section: str) -> str:
    return f"- {exercise} in {lesson}{_in_section(section)}{f': {slip}' if slip else ''}"


def _in_section(section: str) -> str:
    return f", section “{section}”" if section else ""
