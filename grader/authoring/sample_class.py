"""A sample class made from the answer bank: submissions whose deserved marks are known."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from grader.atomic import write_text
from grader.classroom.course import Course
from grader.classroom.records import Record
from grader.errors import CourseError

# In a lesson's folder: right and wrong answers. Beside the lessons: how the students of a sample class work.
ANSWERS, SAMPLE_CLASS = "answers.toml", "sample_class.toml"
RIGHT, WRONG, UNTOUCHED = "right", "wrong", "untouched"
# What an answer may have, and what it needs.
TEXT = (str,), "text in quotes"
KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "name": TEXT,
    "kind": TEXT,
    "marks": ((int, float), "a number, without quotes"),
    "source": TEXT,
    "misconception": TEXT,
    "elsewhere": ((dict,), "{exercise = marks}"),
}
NEEDED = ("name", "kind", "marks", "source")


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise, and the marks it deserves.

    elsewhere: marks of other exercises that this answer changes (an unscaled image costs accuracy later): a
    number, or the lowest and the highest where a training decides.
    """

    exercise: str
    name: str
    kind: str
    marks: float
    source: str
    misconception: str = ""
    elsewhere: Mapping[str, float | Sequence[float]] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether no training decides what it changes elsewhere."""
        return not any(isinstance(marks, Sequence) for marks in (self.elsewhere or {}).values())


@dataclass(frozen=True)
class Habits:
    """How a student works. lessons: what is handed in.

    right, wrong, untouched: how many answers of a hundred are so.
    """

    lessons: Sequence[str]
    right: float
    wrong: float
    untouched: float


@dataclass(frozen=True)
class _Settings:
    """What sample_class.toml says.

    leaves: by lesson, the exercises whose answers no other exercise uses. texts: by lesson, answers in words.
    """

    names: Sequence[str]
    leaves: Mapping[str, Sequence[str]]
    texts: Mapping[str, Mapping[str, str]]
    habits: Sequence[Habits]


# A lesson's answers by exercise, in the order in which they are written.
Bank = Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class SampleSubmission:
    """What one sample student answers in one lesson, and what each exercise deserves: from, to.

    texts: answers in words, by the names of their cells. They wait to be marked by hand, with 0 until then.
    """

    student: str
    lesson: str
    answers: Mapping[str, Answer]
    deserved: Mapping[str, tuple[float, float]]
    texts: Mapping[str, str] = field(default_factory=dict)

    def differences(self, record: Record) -> list[str]:
        """Each exercise whose marks are not the deserved ones, in words. What is not deserved is 0."""
        awarded = {cell.name.removeprefix("check_"): cell.points or 0.0 for cell in record.cells}
        found = []
        for exercise in sorted(awarded.keys() | self.deserved.keys()):
            points, (low, high) = awarded.get(exercise, 0.0), self.deserved.get(exercise, (0.0, 0.0))
            if not low - 1e-9 <= points <= high + 1e-9:
                wanted = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                found.append(f"{exercise}: {points:g} marks, deserved {wanted}")
        return found


def answers_of(source: Path, lesson: str) -> dict[str, list[Answer]]:
    """Read a lesson's answers, by exercise, in the order they are written.

    source: the folder of all lessons. Raises CourseError.
    """
    path = source / lesson / ANSWERS
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None
    found: dict[str, list[Answer]] = {}
    for exercise, entries in tables.items():
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise CourseError(
                f"{path}: {exercise} is not a list of answers. Begin each one with [[{exercise}]]."
            )
        answers = found[exercise] = []
        for number, table in enumerate(entries, start=1):
            try:
                answers.append(_answer(exercise, table, {each.name for each in answers}))
            except ValueError as error:
                raise CourseError(f"{path}: {exercise}, answer {number}: {error}") from None
    return found


def _answer(exercise: str, table: Mapping[str, Any], names: Set[str]) -> Answer:
    """One answer. names: of those above it. Raises ValueError with what is wrong with it."""
    for key, value in table.items():
        if key not in KEYS:
            raise ValueError(f"it may not have {key!r}. It may have: {', '.join(KEYS)}.")
        types, described = KEYS[key]
        if not isinstance(value, types):
            raise ValueError(f"its {key} may not be {value!r}. Write {described}.")
    if missing := [key for key in NEEDED if key not in table]:
        raise ValueError(f"it has no {' and no '.join(missing)}.")
    if table["kind"] not in (RIGHT, WRONG):
        raise ValueError(f"its kind is {table['kind']!r}. Write {RIGHT!r} or {WRONG!r}.")
    if table["name"] in names:
        raise ValueError(f"another one is called {table['name']!r}. Give it a name of its own.")
    return Answer(exercise, **table)


def sample_class(
    source: Path, students: int, seed: int, lessons: Sequence[str] = ()
) -> list[SampleSubmission]:
    """Make a class that works as sample_class.toml says, and whose marks are known exactly.

    lessons: what each student hands in; by default what sample_class.toml says. Raises CourseError.
    """
    settings = _settings(source)
    habits = [replace(each, lessons=lessons) if lessons else each for each in settings.habits]
    class_ = generated_class(source, students, seed, habits, usable=lambda answer: answer.is_exact)
    exercises = {lesson: len(answers_of(source, lesson)) for lesson in {each.lesson for each in class_}}
    return [
        # A student who left an exercise as it was has not come to the end of the lesson.
        replace(each, texts=settings.texts.get(each.lesson, {}))
        if len(each.answers) == exercises[each.lesson]
        else each
        for each in class_
    ]


def generated_class(
    source: Path,
    students: int,
    seed: int,
    habits: Sequence[Habits],
    usable: Callable[[Answer], bool] = lambda _: True,
) -> list[SampleSubmission]:
    """Make a class of any size from the answer bank, the same one for the same seed.

    habits: how the students work, in turn. usable: which answers may be chosen. Raises CourseError.
    """
    names = _settings(source).names
    digits = max(3, len(str(students)))
    chance = random.Random(seed)
    lessons = {lesson for each in habits for lesson in each.lessons}
    banks = {lesson: _usable(answers_of(source, lesson), usable) for lesson in lessons}
    unused = {lesson: leaves(source, lesson) for lesson in lessons}
    submissions = []
    for number in range(students):
        student = f"{number + 1:0{digits}}-{names[number % len(names)]}"
        works = habits[number % len(habits)]
        for lesson in works.lessons:
            chosen = _chosen(banks[lesson], unused[lesson], works, chance)
            submissions.append(submission(student, lesson, chosen))
    return submissions


def leaves(source: Path, lesson: str) -> frozenset[str]:
    """The exercises of a lesson whose answers no other exercise uses. Raises CourseError."""
    return frozenset(_settings(source).leaves.get(lesson, answers_of(source, lesson)))


def _settings(source: Path) -> _Settings:
    path = source / SAMPLE_CLASS
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        habits = [Habits(**table) for table in written["habits"]]
        return _Settings(written["names"], written["leaves"], written["texts"], habits)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from None


def _usable(bank: Bank, usable: Callable[[Answer], bool]) -> Bank:
    return {exercise: list(filter(usable, answers)) for exercise, answers in bank.items()}


def _chosen(bank: Bank, leaves: Set[str], habits: Habits, chance: random.Random) -> dict[str, Answer]:
    """Right, wrong or untouched, exercise by exercise; of those that others use, all right or one wrong."""
    used = [exercise for exercise in bank if exercise not in leaves]
    shares = {RIGHT: habits.right, WRONG: habits.wrong, UNTOUCHED: habits.untouched}
    drawn = chance.choices(list(shares), list(shares.values()), k=len(bank))
    kinds = dict(zip(bank, drawn, strict=True))
    if any(kinds[exercise] == WRONG for exercise in used):
        # What a slip costs later was measured with the first right answer everywhere else.
        slip = chance.choice(
            [answer for exercise in used for answer in bank[exercise] if answer.kind == WRONG]
        )
        return {**{exercise: answers[0] for exercise, answers in bank.items()}, slip.exercise: slip}
    if used and all(kinds[exercise] == UNTOUCHED for exercise in used):
        return {}
    for exercise in used:
        kinds[exercise] = RIGHT
    return {
        exercise: chance.choice([answer for answer in answers if answer.kind == kinds[exercise]])
        for exercise, answers in bank.items()
        if kinds[exercise] != UNTOUCHED
    }


def submission(student: str, lesson: str, chosen: Mapping[str, Answer]) -> SampleSubmission:
    """What a student hands in with these answers, and what that deserves."""
    deserved = {exercise: (answer.marks, answer.marks) for exercise, answer in chosen.items()}
    for answer in chosen.values():
        for exercise, marks in (answer.elsewhere or {}).items():
            low, high = marks if isinstance(marks, Sequence) else (marks, marks)
            deserved[exercise] = low, high
    return SampleSubmission(student, lesson, chosen, deserved)


def hand_in(course: Course, submission: SampleSubmission) -> None:
    """Write a sample student's notebook: the released one with the answers in place of the stubs."""
    released = course.release / submission.lesson / f"{submission.lesson}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    sources = {name: answer.source for name, answer in submission.answers.items()} | dict(submission.texts)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.metadata.get("nbgrader", {}).get("solution") and name in sources:
            cell.source = sources[name].strip("\n")
    folder = course.submitted / submission.student / submission.lesson
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / released.name, nbformat.writes(notebook) + "\n")
