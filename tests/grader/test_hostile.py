"""Whatever a submission tries, it gets its marks and nothing else, and nobody notices it."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from grader.authoring.sample_class import SampleSubmission
from grader.classroom.records import Record, read_record
from suites.forgeries import LESSONS as FORGED
from suites.forgeries import forgeries_of
from suites.hostile import LESSONS, NOT_GRADED, Attack, attacks_of, classmates_of, limits_of
from suites.hostile.listener import Addresses
from suites.hostile.scene import ESCAPED, Aftermath, Scene, feedback, grade, make, outputs, told
from suites.hostile.secrets import Secret
from suites.measured import hostile as measured

ATTACKS = [attack for lesson in LESSONS for attack in attacks_of(lesson)]
CLASSMATES = [sample for lesson in LESSONS for sample in classmates_of(lesson)]
IS_WALLED = shutil.which("bwrap") is not None
# Where nothing holds attacks back, only those are handed in that do no harm, and what they get is not looked at.
HANDED_IN = [attack for attack in ATTACKS if IS_WALLED or attack.harmless_without_wall]
needs_wall = pytest.mark.skipif(not IS_WALLED, reason="nothing holds submissions back here")
# What those get who read is searched in feedback pages, too. The others' cells would only run once more.
READERS = [
    attack
    for attack in HANDED_IN
    if attack.lesson == "02_loss_function"
    and attack.kind in ("reading files", "reading memory", "scripts in outputs")
]
# Its class trains for minutes, twice; those of the other lessons are graded on every change.
SLOW = "05_fashion_mnist"
# Of the limit of a notebook, for what goes on around it.
SECONDS_OF_GRACE = 30.0
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# A training says how long it took, and an object where it lies in memory.
VARIES = re.compile(r"\d+(\.\d+)?(m|u|μ)?s(/(epoch|step))?\b|0x[0-9a-f]{6,}")


def _params(submissions: Iterable[Attack | SampleSubmission]) -> list[ParameterSet]:
    return [
        pytest.param(
            each,
            id=f"{each.lesson}-{each.student}",
            marks=[pytest.mark.slow] if each.lesson == SLOW else [],
        )
        for each in submissions
    ]


of_lessons = pytest.mark.parametrize(
    "lesson",
    [pytest.param(each, marks=[pytest.mark.slow] if each == SLOW else []) for each in LESSONS],
)


@dataclass(frozen=True)
class Graded:
    """A class, graded with attackers in it and without any."""

    attacked: Scene
    aftermath: Aftermath
    peaceful: Scene
    aftermath_of_peace: Aftermath

    def record(self, student: str) -> Record | None:
        return read_record(self.attacked.course, self.attacked.lesson, student)


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Graded]:
    """Grades a lesson's class when it is first asked for, for all workers once."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    @functools.cache
    def run(lesson: str) -> Graded:
        with (folder / f"hostile-{lesson}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            attacks = [attack for attack in HANDED_IN if attack.lesson == lesson]
            attacked = _graded(folder / "hostile" / lesson, lesson, attacks)
            return Graded(*attacked, *_graded(folder / "peaceful" / lesson, lesson, []))

    return run


def _graded(root: Path, lesson: str, attacks: list[Attack]) -> tuple[Scene, Aftermath]:
    kept = root.parent / f"{lesson}.json"
    if not kept.exists():
        root.mkdir(parents=True)
        scene = make(root, lesson, attacks)
        aftermath = grade(scene, *([] if IS_WALLED else ["--no-wall"]))
        parts = asdict(aftermath), [asdict(each) for each in scene.secrets], asdict(scene.addresses)
        kept.write_text(json.dumps(parts), encoding="utf-8")
    of_aftermath, of_secrets, of_addresses = json.loads(kept.read_text(encoding="utf-8"))
    planted = tuple(Secret(**each) for each in of_secrets)
    scene = Scene(root, lesson, tuple(attacks), planted, Addresses(**of_addresses))
    return scene, Aftermath(**of_aftermath)


def test_there_are_many_kinds_of_attacks() -> None:
    forgeries = [forgery for lesson in FORGED for forgery in forgeries_of(lesson)]
    assert len(ATTACKS) >= 60
    assert len(ATTACKS) + len(forgeries) >= 90
    assert len({attack.kind for attack in ATTACKS}) >= 12
    assert max(Counter((attack.lesson, attack.student) for attack in ATTACKS).values()) == 1


@pytest.mark.parametrize("attack", _params(HANDED_IN))
def test_an_attack_gets_its_marks_and_is_reported(attack: Attack, graded: Callable[[str], Graded]) -> None:
    record = graded(attack.lesson).record(attack.student)
    if attack.reported == (NOT_GRADED,):
        assert record is None
        assert f"{attack.student}, {attack.lesson}: " in graded(attack.lesson).aftermath.said
        return
    assert record is not None, graded(attack.lesson).aftermath.said
    assert attack.sample.differences(record) == []
    assert attack.is_reported(record.problem), record.problem
    ended = {cell.name.removeprefix("check_"): cell for cell in record.cells}
    for exercise, allowed in (attack.outcomes or {}).items():
        assert ended[exercise].outcome.value in allowed, ended[exercise]
    assert record.seconds <= limits_of(attack.lesson)["notebook-seconds"] + SECONDS_OF_GRACE


@needs_wall
@pytest.mark.parametrize("attack", _params(HANDED_IN))
def test_an_attack_gets_nothing_else(attack: Attack, graded: Callable[[str], Graded]) -> None:
    scene = graded(attack.lesson).attacked
    assert told(scene, attack.student, ESCAPED) == []
    shown = graded(attack.lesson).aftermath.shown
    assert {path: places for path, places in shown.items() if attack.student in path} == {}


@pytest.mark.parametrize("sample", _params(CLASSMATES))
def test_an_honest_classmate_notices_nothing(
    sample: SampleSubmission, graded: Callable[[str], Graded]
) -> None:
    result = graded(sample.lesson)
    record = result.record(sample.student)
    assert record is not None, result.aftermath.said
    assert sample.differences(record) == []
    assert (record.problem, record.findings) == ("", ())
    assert _lasting(outputs(result.attacked, sample.student)) == _lasting(
        outputs(result.peaceful, sample.student)
    )


def _lasting(content: Any) -> Any:
    return json.loads(VARIES.sub("…", json.dumps(content)))


@of_lessons
def test_the_class_is_graded_to_the_end(lesson: str, graded: Callable[[str], Graded]) -> None:
    aftermath = graded(lesson).aftermath
    cannot_be_graded = any(
        attack.reported == (NOT_GRADED,) for attack in HANDED_IN if attack.lesson == lesson
    )
    assert aftermath.code == cannot_be_graded, aftermath.said
    assert aftermath.left == []
    # What a student calls a file must not speak to the instructor's terminal.
    assert CONTROL.findall(aftermath.said) == []


@needs_wall
@of_lessons
def test_nothing_leaves_and_nothing_is_left(lesson: str, graded: Callable[[str], Graded]) -> None:
    result = graded(lesson)
    assert result.aftermath.heard == []
    assert result.aftermath.shown == {}
    assert result.aftermath.written_besides(result.aftermath_of_peace) == set()


@needs_wall
@of_lessons
def test_the_course_holds_what_the_grader_wrote(lesson: str, graded: Callable[[str], Graded]) -> None:
    result = graded(lesson)
    course = result.attacked.course
    with course.api.gradebook as gradebook:
        students = {student.id for student in gradebook.students}
        marks = {each.student_id: each.score for each in gradebook.find_assignment(lesson).submissions}
    records = {student: result.record(student) for student in students - {"absent"}}
    assert marks == {student: record.score for student, record in records.items() if record is not None}
    known = set(course.students(lesson))
    assert students - {"absent"} <= known
    assert {path.name for path in course.autograded.iterdir()} <= known
    assert {path.stem for path in (course.reports / lesson).glob("[!.]*")} <= known
    assert {path.name for path in course.reports.glob("[!.]*")} == {lesson}


@needs_wall
def test_feedback_shows_no_secret(graded: Callable[[str], Graded], tmp_path: Path) -> None:
    attacked = graded(READERS[0].lesson).attacked
    scene = replace(attacked, root=tmp_path / "scene")
    shutil.copytree(attacked.root, scene.root, symlinks=True, ignore=_left_out)
    aftermath = feedback(scene)
    assert aftermath.code == 0, aftermath.said
    pages = {page.parent.parent.name for page in scene.course.feedback.glob("*/*/*.html")}
    assert pages >= {attack.student for attack in READERS}
    assert (aftermath.shown, aftermath.heard, aftermath.left) == ({}, [], [])


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Who is not among the readers, in the folders that hold one for each student, and sockets anywhere."""
    holds_students = Path(folder).name in ("submitted", "autograded")
    others = set(names) - {attack.student for attack in READERS} if holds_students else set()
    return others | {name for name in names if Path(folder, name).is_socket()}


def test_the_page_of_attacks_shows_what_was_measured() -> None:
    classes = measured.recorded()
    assert measured.PAGE.read_text(encoding="utf-8") == measured.page(list(classes.values()))
    found = {(row.lesson, row.student) for each in classes.values() for row in each.rows}
    handed_in = {(each.lesson, each.student) for each in ATTACKS} | {
        (each.lesson, each.student) for each in CLASSMATES
    }
    assert found == handed_in
    assert [row.student for each in classes.values() for row in each.rows if not row.is_true] == []
