"""Grade attacks by stock `nbgrader autograde` and by `course grade`, for the table in docs/hostile.md.

python -m benchmarks.hostile [LESSON …] [--keep] [--record]

An attack is a submission that tries something on the machine that grades it, on its classmates, or on what
lies around: see `suites/hostile/`. Stock nbgrader, which has no wall, gets only those that do no harm
without one.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.both_graders import our_marks, read_options, stock_marks
from suites.hostile import LESSONS, Attack, attacks_of, classmates_of, limits_of
from suites.hostile.scene import ESCAPED, Aftermath, Scene, grade, make, run_in, told
from suites.hostile.secrets import NEIGHBOUR
from suites.measured.hostile import PAGE, RECORD, Got, GradedClass, Row, page, recorded

# A cell of nbgrader's has the same limit as one of ours; what hangs it for good is ended after this.
STOCK_SECONDS = 90.0
TOOK_TOO_LONG = 124
# What secrets are called in a table, by the beginnings of their places.
READ = {
    "gradebook": "the gradebook",
    "solution": "the solution",
    "instructor": "the solution",
    "beside": "the exam",
    "~": "keys",
    "neighbour": "a classmate's work",
    "COURSE": "the environment",
}


def main() -> None:
    """Grade, print what is wrong, and with --record write down; exit with 1 if anything is."""
    options = read_options(__doc__ or "", LESSONS, "docs/hostile.md")
    console = Console()
    false = 0
    for lesson in options.lessons or LESSONS:
        made = graded(lesson, _kept_of(lesson) if options.keep else {})
        if options.record:
            _record(lesson, made)
        for row in made.rows:
            if not row.is_true:
                false += 1
                console.print(f"{row.lesson}, {row.student}: {row.line}", markup=False, soft_wrap=True)
    console.print(f"{false} did not get what they deserve." if false else "All got what they deserve.")
    raise SystemExit(1 if false else 0)


def graded(lesson: str, by_stock: Mapping[str, Got]) -> GradedClass:
    """Grade the attacks of a lesson and their classmates by both.

    by_stock: what nbgrader need not give again, by student.
    """
    attacks, classmates = attacks_of(lesson), classmates_of(lesson)
    with tempfile.TemporaryDirectory() as anywhere:
        root = Path(anywhere)
        scene = make(root / "ours", lesson, attacks)
        aftermath = grade(scene)
        peace = grade(make(root / "peace", lesson, []))
        students = [attack.student for attack in attacks] + [sample.student for sample in classmates]
        marks = our_marks(scene.course, lesson, students)
        stock = _by_stock(root, lesson, [each for each in attacks if each.student not in by_stock])
        stock.update(by_stock)
        rows = []
        for attack in attacks:
            low, high = (sum(each) for each in zip(*attack.sample.deserved.values(), strict=True))
            ours = Got(marks.get(attack.student), _more(scene, aftermath, attack.student))
            of_both = stock.get(attack.student), ours
            rows.append(Row(lesson, attack.student, attack.kind, attack.tries, low, high, *of_both))
        for sample in classmates:
            full = sum(high for _, high in sample.deserved.values())
            ours = Got(marks.get(sample.student))
            rows.append(Row(lesson, sample.student, "", "", full, full, None, ours))
    around = len(aftermath.written_besides(peace))
    return GradedClass(rows, around, len(aftermath.left), len(aftermath.heard))


def _by_stock(root: Path, lesson: str, attacks: Sequence[Attack]) -> dict[str, Got]:
    """Have nbgrader grade attacks, as far as they do no harm, each by itself: some stop it for good."""
    harmless = [attack for attack in attacks if attack.harmless_without_wall]
    usual = set(_autograded(make(root / "usual", lesson, []), NEIGHBOUR).changed) if harmless else set()
    found = {}
    for attack in track(harmless, f"{lesson}, nbgrader"):
        scene = make(root / "stock" / attack.student, lesson, [attack])
        aftermath = _autograded(scene, attack.student)
        more = _more(scene, aftermath, attack.student)
        happened = {
            "wrote where it may not": set(aftermath.changed) - usual,
            "reached the network": aftermath.heard,
            "left processes behind": aftermath.left,
            "stopped nbgrader for good": aftermath.code == TOOK_TOO_LONG,
        }
        more += [what for what, did in happened.items() if did]
        marks = stock_marks(scene.course.root, lesson).get(attack.student)
        found[attack.student] = Got(marks if scene.notebook(attack.student).is_file() else None, more)
    return found


def _autograded(scene: Scene, student: str) -> Aftermath:
    with (scene.course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.Execute.timeout = {limits_of(scene.lesson)['cell-seconds']:g}\n")
    program = Path(sys.executable).parent / "nbgrader"
    return run_in(scene, program, "autograde", scene.lesson, f"--student={student}", seconds=STOCK_SECONDS)


def _more(scene: Scene, aftermath: Aftermath, student: str) -> list[str]:
    """What an attacker got besides marks: secrets, and whatever tools.py calls an escape."""
    shown = aftermath.shown.items()
    places = {place for path, places in shown if student in path for place in places}
    read = {name for start, name in READ.items() if any(place.startswith(start) for place in places)}
    escaped = ["got through"] if told(scene, student, ESCAPED) else []
    return [f"read {each}" for each in sorted(read)] + escaped


def _kept_of(lesson: str) -> dict[str, Got]:
    kept = recorded().get(lesson)
    return {row.student: row.stock for row in kept.rows if row.stock} if kept else {}


def _record(lesson: str, made: GradedClass) -> None:
    together = dict(sorted({**recorded(), lesson: made}.items()))
    written = {name: asdict(each) for name, each in together.items()}
    RECORD.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(list(together.values())), encoding="utf-8")


if __name__ == "__main__":
    main()
