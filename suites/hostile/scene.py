"""A class with attackers in it, and all that they are after: made, graded, and looked at afterwards."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from subprocess import run
from typing import Any

import nbformat

from grader.authoring import sample_course
from grader.classroom.course import Course
from suites.hand_ins import Added, add_cells, hand_in_beside
from suites.hostile import Attack, classmates_of, limits_of
from suites.hostile.listener import Addresses, Listener
from suites.hostile.secrets import Secret, environment_of, plant, shown
from suites.hostile.surroundings import PACKAGES, changes, snapshot
from suites.places import ROOT

TOOLS = (Path(__file__).parent / "tools.py").read_text(encoding="utf-8")
COURSE = Path(sys.executable).parent / "course"
# How attackers say that something worked: see tools.py.
ESCAPED = "escaped: "
ZEROS, TIMES = bytes(10_000_000), 400
SECONDS = 900.0
# The grader's own files: which cores are taken depends on how many train at once, and what a trainer made of a
# training is kept if nobody asked for it before.
LOCKS_OF_CORES = r"/cores/[^/]+/\d+\.lock$"
REMEMBERED = r"^home/\.cache/training-neural-networks-grading/trainings/[0-9a-f]{64}$"


@dataclass(frozen=True)
class Scene:
    """A folder with a course, and around it what attackers are after.

    attacks: those that are handed in, besides the classmates' work. addresses: what attackers may try to reach.
    """

    root: Path
    lesson: str
    attacks: tuple[Attack, ...]
    secrets: tuple[Secret, ...]
    addresses: Addresses

    @property
    def course(self) -> Course:
        """The course."""
        return Course.at(self.root / "course")

    def notebook(self, student: str) -> Path:
        """A student's notebook as it was graded."""
        return self.course.autograded / student / self.lesson / f"{self.lesson}.ipynb"


@dataclass(frozen=True)
class Aftermath:
    """What came of a command that ran in a scene.

    code, said: its exit code and what it printed. left: what it left running. heard: what the listener heard.
    changed: what was written around the course. shown: secrets in what students get, by file.
    """

    code: int
    said: str
    left: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    shown: dict[str, list[str]] = field(default_factory=dict)

    def written_besides(self, peace: Aftermath) -> set[str]:
        """What was written around the course that the grader itself does not write.

        peace: what is left of the same class without attackers.
        """
        return {
            path
            for path in set(self.changed) - set(peace.changed)
            if not any(re.search(own, path) for own in (LOCKS_OF_CORES, REMEMBERED))
        }


def make(root: Path, lesson: str, attacks: Sequence[Attack]) -> Scene:
    """Make a scene where these attacks are handed in, and honest classmates are."""
    samples = [*classmates_of(lesson), *(attack.sample for attack in attacks)]
    course = sample_course.make(Course.at(ROOT), root / "course", samples)
    (root / "home").mkdir()
    (root / "tmp").mkdir()
    scene = Scene(root, lesson, tuple(attacks), tuple(plant(root, course, lesson)), Addresses.free(root))
    for attack in attacks:
        _hand_in(scene, attack)
    return scene


def run_in(scene: Scene, *command: str | Path, seconds: float = SECONDS) -> Aftermath:
    """Run a command in the course, and look at what came of it."""
    report = scene.root.parent / f"{scene.root.name}.left"
    with Listener(scene.addresses) as listener:
        before = snapshot(scene.root)
        done = run(
            [sys.executable, "-m", "suites.hostile.watched", str(seconds), str(report), *command],
            cwd=scene.course.root, env=_environment(scene), capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        after = snapshot(scene.root)
    return Aftermath(
        done.returncode,
        done.stdout + done.stderr,
        json.loads(report.read_text(encoding="utf-8")) if report.exists() else [],
        listener.heard,
        sorted(changes(before, after)),
        {path: sorted(places) for path, places in shown(scene.course, scene.secrets).items()},
    )


def grade(scene: Scene, *options: str) -> Aftermath:
    """Grade the class as an instructor does, within the limits of its lesson."""
    limits = [f"--{name}={value}" for name, value in limits_of(scene.lesson).items()]
    return run_in(scene, COURSE, "grade", scene.lesson, *limits, *options)


def feedback(scene: Scene) -> Aftermath:
    """Make pages for students, as an instructor does."""
    return run_in(scene, COURSE, "feedback", scene.lesson)


def _environment(scene: Scene) -> dict[str, str]:
    return {
        **os.environ,
        **environment_of(scene.secrets),
        # Where data were found before, they are found again.
        "KERAS_HOME": os.environ.get("KERAS_HOME") or str(Path.home() / ".keras"),
        "HOME": str(scene.root / "home"),
        "TMPDIR": str(scene.root / "tmp"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        # Wide enough for any path: tables are cut to the terminal's width, which a test has none of.
        "COLUMNS": "250",
    }


def _targets(scene: Scene, student: str) -> dict[str, Any]:
    """Where all lies, as attackers know it."""
    course = scene.course
    return {
        **asdict(scene.addresses),
        "student": student,
        "course": str(course.root),
        "home": str(scene.root / "home"),
        "beside": str(scene.root),
        "lesson": str(course.source / scene.lesson / f"{scene.lesson}.ipynb"),
        "project": str(ROOT),
        "packages": str(PACKAGES),
        "data": os.environ.get("COURSE_DATA", ""),
        "cell_seconds": limits_of(scene.lesson)["cell-seconds"],
    }


def _hand_in(scene: Scene, attack: Attack) -> None:
    """Do to a notebook with the answers in it, and to what lies beside it, what an attacker does."""
    path = scene.course.submitted / attack.student / scene.lesson / f"{scene.lesson}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    add_cells(notebook, [Added(TOOLS), *attack.cells])
    nbformat.write(notebook, path)
    targets = _targets(scene, attack.student)
    hand_in_beside(path, {"targets.json": json.dumps(targets), **(attack.files or {})})
    if attack.notebook:
        path.write_text(attack.notebook["text"] * attack.notebook["times"], encoding="utf-8")
    if attack.bomb:
        (path.parent / attack.bomb).write_bytes(gzip.compress(ZEROS) * TIMES)
    for name, size in (attack.sparse or {}).items():
        (path.parent / name).touch()
        os.truncate(path.parent / name, size)
    for name in attack.pipes:
        os.mkfifo(path.parent / name)
    for name, target in (attack.links or {}).items():
        _link(path.parent / name, target.format_map(targets))


def _link(path: Path, target: str) -> None:
    """Make a link, in place of what is there."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def told(scene: Scene, student: str, word: str) -> list[str]:
    """What a student's notebook, as it was graded, says with one of the words of tools.py."""
    if not scene.notebook(student).is_file():
        return []
    cells = nbformat.read(scene.notebook(student), as_version=4).cells
    text = "\n".join(json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in cells)
    return sorted({part.partition("\\n")[0].partition('"')[0] for part in text.split(word)[1:]})


def outputs(scene: Scene, student: str) -> list[Any]:
    """What the cells of a student's notebook showed when it was graded."""
    return [cell.get("outputs") for cell in nbformat.read(scene.notebook(student), as_version=4).cells]
