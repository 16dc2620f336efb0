"""Which notebooks of which lessons a hand-in holds: told by their cells, not by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.classroom.course import Course
from grader.classroom.file_names import NOTEBOOK, renamed, shown
from grader.classroom.submission import MOST_BYTES, MOST_FILES
from grader.classroom.timestamp import TIMESTAMP
from grader.desk.collecting.copies import copy_number
from grader.desk.collecting.files import File, RefusedError, is_nobodys, unpacked
from grader.desk.collecting.hand_in import HandIn
from grader.grading.signs import closest, signs_of_submission
from grader.grading.submitted_notebook import UnreadableError, read_submission
from grader.limits import MEBIBYTE
from grader.sentences import some

NAMES_SHOWN = 4


@dataclass(frozen=True)
class LessonHandedIn:
    """What one hand-in holds of one lesson.

    files: contents by path in the lesson's folder. label: what the platform calls the notebook or its folder.
    number: what the platform counts up with each file. changed: the notebook's own date. copy: the number of
    a browser's copy. The larger of two is the newer.
    """

    hand_in: HandIn
    lesson: str
    files: dict[str, bytes]
    label: str
    number: int | None
    changed: datetime | None
    copy: int


@dataclass(frozen=True)
class Recognised:
    """What a hand-in holds.

    unwanted: its other lessons. notices: what was left out on purpose; problems: what is refused.
    """

    lessons: Sequence[LessonHandedIn]
    unwanted: Sequence[str]
    notices: Sequence[str]
    problems: Sequence[str]


@dataclass(frozen=True)
class _Notebook:
    lesson: str
    name: str
    file: File
    content: bytes
    label: str
    number: int | None
    copy: int

    @property
    def order(self) -> tuple[int, datetime, int, bool, str]:
        return (
            self.number or 0,
            self.file.changed or datetime.min,
            self.copy,
            self.file.name == f"{self.name}.ipynb",
            self.file.path,
        )


def lessons_in(hand_in: HandIn, course: Course, wanted: Sequence[str]) -> Recognised:
    """The lessons in a hand-in.

    wanted: only these lessons. Raises RefusedError where the hand-in cannot be taken at all.
    """
    notices: list[str] = []
    files, problems = _all_files(hand_in)
    notebooks: list[_Notebook] = []
    others: list[tuple[File, bytes]] = []
    for file, label, number in files:
        if file.name == TIMESTAMP and not (hand_in.has_timestamp and file.path == TIMESTAMP):
            # A student who hands one in would say when they did.
            notices.append(f"{shown(file.path)} was left out: only nbgrader writes such a file.")
            continue
        content = file.read()
        if NOTEBOOK.fullmatch(file.name.casefold()) is None:
            others.append((file, content))
            continue
        try:
            notebooks.append(_recognised(hand_in, course, file, content, label, number))
        except RefusedError as error:
            problems.append(str(error))
    if not notebooks and not problems:
        raise RefusedError(_no_notebook([file for file, _ in others]))
    lessons = sorted({each.lesson for each in notebooks})
    found = [
        _put_together(hand_in, lesson, [each for each in notebooks if each.lesson == lesson], others, notices)
        for lesson in lessons
        if lesson in wanted
    ]
    return Recognised(found, [lesson for lesson in lessons if lesson not in wanted], notices, problems)


def _no_notebook(others: Sequence[File]) -> str:
    if not others:
        return "no notebook was handed in."
    names = some([shown(file.path) for file in others], NAMES_SHOWN)
    return f"{names} was handed in, and no notebook. Ask for the notebook."


def _all_files(hand_in: HandIn) -> tuple[list[tuple[File, str, int | None]], list[str]]:
    """The files with what the platform calls them and counts; those in zips are beside the others."""
    found: list[tuple[File, str, int | None]] = []
    problems: list[str] = []
    for file in hand_in.files:
        label = hand_in.labels.get(file.path, "")
        number = (hand_in.numbers or {}).get(file.path)
        if file.name.lower().endswith(".zip"):
            inside = unpacked(file)
            problems += inside.refused
            folder = file.path[: -len(".zip")]
            found += [(each.at(f"{folder}/{each.path}"), label, number) for each in inside.files]
        else:
            found.append((file, label, number))
    found = [each for each in found if not is_nobodys(each[0].path)]
    size = sum(file.size for file, _, _ in found)
    if len(found) > MOST_FILES or size > MOST_BYTES:
        raise RefusedError(
            f"{len(found):,} files of {size / MEBIBYTE:,.0f} MiB; {MOST_FILES:,} of {MOST_BYTES // MEBIBYTE} "
            "MiB in all are taken. Ask for the notebook alone."
        )
    return found, problems


def _recognised(
    hand_in: HandIn, course: Course, file: File, content: bytes, label: str, number: int | None
) -> _Notebook:
    if not content.strip():
        raise RefusedError(f"{shown(file.path)} is empty. Ask for it again.")
    try:
        cells = read_submission(content).cells
    except UnreadableError as error:
        raise RefusedError(f"{shown(file.path)}: {error} Ask for it again.") from None
    by_name = [
        (lesson, name)
        for lesson, name in course.signs
        if (not hand_in.lesson or lesson == hand_in.lesson)
        and (file.name == f"{name}.ipynb" or renamed([file.name], [name])[name])
    ]
    expected = by_name[0] if by_name else (hand_in.lesson, "")
    found = closest(signs_of_submission(cells), course.signs, expected)
    if found is None:
        raise RefusedError(f"{shown(file.path)} has no exercise of this course. Ask for the right notebook.")
    stem = NOTEBOOK.fullmatch(file.name.casefold())
    ending = file.name[stem.end(1) :] if stem else ""
    copy = copy_number(file.name[: stem.end(1)]) if stem else 0
    # A browser that knows no notebooks counts behind the ending.
    return _Notebook(*found, file, content, label, number, copy or copy_number(ending.removeprefix(".ipynb")))


def _put_together(
    hand_in: HandIn,
    lesson: str,
    notebooks: Sequence[_Notebook],
    others: Sequence[tuple[File, bytes]],
    notices: list[str],
) -> LessonHandedIn:
    """One folder for a lesson: the newest of each notebook under its own name, and what lay beside."""
    newest: dict[str, _Notebook] = {}
    for each in sorted(notebooks, key=lambda each: each.order):
        newest[each.name] = each
    for name, taken in newest.items():
        left = [each for each in notebooks if each.name == name and each.content != taken.content]
        if left:
            names = some([shown(each.file.path) for each in left], NAMES_SHOWN)
            notices.append(
                f"{shown(taken.file.path)} was taken for {name}.ipynb, as the newest; {names} left out."
            )
    main = max(newest.values(), key=lambda each: each.order)
    files = {f"{name}.ipynb": each.content for name, each in newest.items()}
    folder = main.file.path.rpartition("/")[0]
    for file, content in others:
        path = file.path.removeprefix(f"{folder}/") if folder else file.path
        files.setdefault(path, content)
    return LessonHandedIn(hand_in, lesson, files, main.label, main.number, main.file.changed, main.copy)
