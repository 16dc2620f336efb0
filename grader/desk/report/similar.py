"""Hand-ins whose answers are the same but for names, comments and layout.

Short right answers are often alike, and plagiarism is not judged here. So only what is rare counts: an answer
that says much beyond its stub, is not the lesson's own solution, and is shared by few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from grader.classroom.lesson import Lesson
from grader.desk.report.exercises import checks_of_answers
from grader.desk.report.graded_answers import graded_answers
from grader.desk.report.normal_form import normal_form

# Shorter answers are nearly forced: so many tokens, or words, an answer has more than its stub.
FEWEST_TOKENS = 20
# What more students than this share means nothing: three, and in a large class one of fifty.
MOST_STUDENTS, ONE_OF = 3, 50
# What a shared answer counts, and from how many on two hand-ins are listed.
RIGHT, WRONG, IN_WORDS, LISTED_FROM = 1, 2, 3, 3


@dataclass(frozen=True)
class Alike:
    """Hand-ins of one lesson that share rare answers. cells: the checks of these, and whether each is right.

    None is an answer in words.
    """

    students: tuple[str, ...]
    cells: Mapping[str, bool | None]


@dataclass(frozen=True)
class _Shared:
    cell: str
    is_right: bool | None
    students: frozenset[str]

    @property
    def weight(self) -> int:
        if self.is_right is None:
            return IN_WORDS
        return RIGHT if self.is_right else WRONG


class Answers:
    """The answers of a lesson: what each says, and who gave it."""

    def __init__(self, lesson: Lesson) -> None:
        """Know the solutions and stubs of a lesson."""
        self._lesson = lesson
        self._checks = {name: checks_of_answers(spec) for name, spec in lesson.specs.items()}
        # By check, answer and what it says.
        self._given: dict[tuple[str, str, bytes], set[str]] = defaultdict(set)
        self._right: dict[tuple[str, str, bytes], bool | None] = {}
        self._students: set[str] = set()
        self._stubs: dict[str, int] = {}
        self._solutions: set[tuple[str, bytes]] = set()
        for spec in lesson.specs.values():
            for cell in spec.cells:
                if cell.is_answer and cell.name is not None:
                    is_code = cell.kind == "code"
                    stub = normal_form(cell.released, is_code=is_code)
                    solution = normal_form(cell.solution, is_code=is_code)
                    self._stubs[cell.name] = stub.length if stub else 0
                    if solution:
                        self._solutions.add((cell.name, solution.digest))

    def add(self, student: str, is_right: Mapping[str, bool]) -> None:
        """Read the answers of a graded hand-in. is_right: by check, whether it got full marks."""
        self._students.add(student)
        folder = self._lesson.course.autograded / student / self._lesson.name
        for notebook, spec in self._lesson.specs.items():
            checks = self._checks[notebook]
            for answer in graded_answers(folder / f"{notebook}.ipynb", spec):
                cell = checks.get(answer.name)
                form = normal_form(answer.source, is_code=answer.is_code)
                if cell is None or form is None or (answer.name, form.digest) in self._solutions:
                    continue
                if form.length - self._stubs[answer.name] >= FEWEST_TOKENS:
                    key = cell, answer.name, form.digest
                    self._given[key].add(student)
                    self._right[key] = is_right.get(cell, True) if answer.is_code else None

    def alike(self) -> list[Alike]:
        """Hand-ins that share answers which count enough, those that share most first."""
        rare = list(self._rare())
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for shared in rare:
            for pair in combinations(sorted(shared.students), 2):
                counts[pair] += shared.weight
        pairs = {pair for pair, count in counts.items() if count >= LISTED_FROM}
        found = []
        for students in _connected(pairs):
            # Two of them at least have each of these from one another.
            cells = {
                shared.cell: shared.is_right
                for shared in rare
                if any(pair in pairs for pair in combinations(sorted(shared.students & students), 2))
            }
            found.append(Alike(tuple(sorted(students)), cells))
        return sorted(found, key=lambda each: (-len(each.cells), each.students))

    def _rare(self) -> Iterator[_Shared]:
        most = max(MOST_STUDENTS, len(self._students) // ONE_OF)
        for key, students in self._given.items():
            if 2 <= len(students) <= most:
                yield _Shared(key[0], self._right[key], frozenset(students))


def _connected(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """The groups that pairs make."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        larger, smaller = groups.setdefault(one, {one}), groups.setdefault(other, {other})
        if larger is smaller:
            continue
        if len(larger) < len(smaller):
            larger, smaller = smaller, larger
        larger |= smaller
        for student in smaller:
            groups[student] = larger
    return [frozenset(group) for group in {id(group): group for group in groups.values()}.values()]
