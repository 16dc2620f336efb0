"""How platforms lay out what students handed in: a module for each."""

from __future__ import annotations

from collections.abc import Sequence

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
LAYOUTS = (canvas.hand_ins, moodle.hand_ins, gradescope.hand_ins, nbgrader.hand_ins, ilias.hand_ins)


def hand_ins_of(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins in what a platform gave, and why other files are not taken, a line each."""
    unwrapped = files
    for _ in range(MOST_WRAPPERS):
        for layout in LAYOUTS:
            found = layout(unwrapped, course)
            if found is not None:
                return found
        tops = {file.parts[0] for file in unwrapped}
        if len(tops) != 1 or any(len(file.parts) == 1 for file in unwrapped):
            break
        unwrapped = [file.at(file.path.partition("/")[2]) for file in unwrapped]
    return folder.hand_ins(files, course)
