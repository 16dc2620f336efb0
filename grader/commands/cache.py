"""`course cache`: the trainings that grading remembers."""

from __future__ import annotations

from grader.commands import display
from grader.grading.known_trainings import of_this_machine
from grader.limits import MEBIBYTE


def show() -> None:
    """Say how many there are, how much space they take, and where. Raises CourseError."""
    known = of_this_machine()
    sizes = known.sizes()
    most = f"{known.most_bytes / MEBIBYTE:,.0f} MiB"
    if not sizes:
        display.note(f"No training is remembered. Grading will keep them in {known.folder}, up to {most}.")
        return
    are, take = ("training is", "It takes") if len(sizes) == 1 else ("trainings are", "They take")
    display.note(f"{len(sizes):,} {are} remembered in {known.folder}.")
    display.note(f"{take} {sum(sizes) / MEBIBYTE:,.1f} of {most}. To forget all: course cache --clear")


def clear_and_show() -> None:
    """Forget all of them, and say how many. Raises CourseError."""
    forgotten = of_this_machine().clear()
    if not forgotten:
        display.note("No training was remembered.")
        return
    trainings = "1 training is" if forgotten == 1 else f"{forgotten:,} trainings are"
    display.note(f"{trainings} forgotten. Grading will repeat what it needs.")
