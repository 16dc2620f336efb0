"""How platforms lay out what students handed in: a module for each.

A platform names what lies on top: a folder or a file for each student. Below that, names are the students'
own, and anybody may call a file as another platform would. So a layout is that of a download only where it
fits most of what lies on top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType

from grader.classroom.course import Course
from grader.desk.collecting.files import File
from grader.desk.collecting.hand_in import HandIn
from grader.desk.collecting.layouts import canvas, folder, gradescope, ilias, moodle, nbgrader

# Archives come in a folder of their own, or in two.
MOST_WRAPPERS = 3
CALLED = {
    canvas.PLATFORM_NAME: "Canvas",
    moodle.PLATFORM_NAME: "Moodle",
    gradescope.PLATFORM_NAME: "Gradescope",
    ilias.PLATFORM_NAME: "ILIAS",
    nbgrader.PLATFORM_NAME: "nbgrader",
    folder.PLATFORM_NAME: "a folder",
}
# Where two fit as well as each other, the first counts.
LAYOUTS: tuple[ModuleType, ...] = (canvas, moodle, gradescope, ilias, nbgrader)
HAND_INS = (".ipynb", ".zip")


def hand_ins_of(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins in what a platform gave, and why other files are not taken, a line each."""
    unwrapped = files
    for _ in range(MOST_WRAPPERS):
        if (layout := _layout_of(unwrapped, course)) is not None:
            found: tuple[list[HandIn], list[str]] = layout.hand_ins(unwrapped, course)
            return found
        tops = {file.parts[0] for file in unwrapped}
        if len(tops) != 1 or any(len(file.parts) == 1 for file in unwrapped):
            break
        unwrapped = [file.at(file.path.partition("/")[2]) for file in unwrapped]
    return folder.hand_ins(files, course)


def _layout_of(files: Sequence[File], course: Course) -> ModuleType | None:
    """The layout that fits most of what lies on top, if any fits more than half of it."""
    tops: dict[str, list[File]] = {}
    for file in files:
        tops.setdefault(file.parts[0], []).append(file)
    # What an instructor has put beside them says nothing.
    handed_in = [theirs for theirs in tops.values() if any(map(_may_be_handed_in, theirs))]
    chosen, most = None, (len(handed_in or tops)) / 2
    for layout in LAYOUTS:
        fits: Callable[[File], bool] | None = layout.fits(files, course)
        if fits is None:
            continue
        fitting = sum(any(map(fits, theirs)) for theirs in handed_in or tops.values())
        if fitting > most:
            chosen, most = layout, fitting
    return chosen


def _may_be_handed_in(file: File) -> bool:
    return file.name.casefold().endswith(HAND_INS)
