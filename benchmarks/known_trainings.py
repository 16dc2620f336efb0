"""What grading a class costs whose trainings are remembered, side by side with grading that trains each time.

python -m benchmarks.known_trainings [CLASS …] [--students N] [--stock] [--record]

The classes hand in the lesson on Fashion-MNIST, ten epochs each. `ordinary`: of a hundred students 60 do
what the lesson asks for, in different words, 25 have slips in two exercises, 15 train networks of their own,
with seeds of their own. Slips, networks and all other answers are drawn from the answer bank. `different`:
everybody has right answers, and a seed of their own. With --stock, `nbgrader autograde` grades the same
class, which takes a minute for each student. Marks have to be the same each way, and outputs but for times
and for the numbers that TensorFlow gives its functions.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.both_graders import stock_marks
from benchmarks.grading_speed import STOCK, seconds
from benchmarks.options import parser_of
from grader.authoring import sample_course
from grader.authoring.sample_class import RIGHT, WRONG, Answer, SampleSubmission, answers_of, submission
from grader.classroom.course import Course
from suites.places import ROOT, SOURCE

LESSON = "05_fashion_mnist"
# Answers that train the lesson's own network, as students may write them; float32 is another training.
IN_OTHER_WORDS = {
    "scaled_images": (
        "train_images = train_images / 255\ntest_images = test_images / 255",
        "train_images, test_images = train_images / 255.0, test_images / 255.0",
        "most = train_images.max()\ntrain_images = train_images / most\ntest_images = test_images / most",
        "train_images, test_images = (x.astype('float32') / 255 for x in (train_images, test_images))",
    ),
    "model": (
        """model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])""",
        """model = keras.Sequential(name="clothes")
model.add(keras.layers.Input((28, 28)))
model.add(keras.layers.Flatten(name="pixels"))
model.add(keras.layers.Dense(units=128, activation="relu", name="patterns"))
model.add(keras.layers.Dense(units=10, activation="softmax", name="confidences"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.summary()""",
        """from keras.layers import Dense, Flatten, Input

layers = [Input(shape=(28, 28)), Flatten(), Dense(128, "relu"), Dense(10, "softmax")]
model = keras.models.Sequential(layers)
model.compile(
    optimizer=keras.optimizers.Adam(),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
print(model.predict(test_images[:1], verbose=0).shape)""",
    ),
    "history": (
        "history = model.fit(train_images, train_labels, epochs=10)",
        "history = model.fit(x=train_images, y=train_labels, batch_size=32, epochs=10, verbose=0)",
        "history = model.fit(train_images, train_labels, epochs=10, callbacks=[live_history()])",
        "history = model.fit(train_images, train_labels, epochs=10, verbose=2)\nplot_history(history)",
    ),
}
# The checks that are changed after the class was graded, one time after the other.
CHANGED = {
    "predictions": ("check_predictions",),
    "network": ("check_model",),
    "images": ("check_scaled_images",),
    "all checks": (),
}
RECORD = Path(__file__).parent / "results" / "known_trainings.json"
# Times, addresses, and the numbers that TensorFlow gives the functions of a process.
PASSING = re.compile(r"\d+(\.\d+)?(m|u|μ)?s(/(epoch|step))?\b|0x[0-9a-f]{6,}|__inference_\w+?_\d+\b")


def main() -> None:
    """Measure, print, and with --record write down."""
    parser = parser_of(__doc__)
    parser.add_argument("classes", nargs="*", choices=[[], *CLASSES])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--stock", action="store_true", help="grade with nbgrader, too")
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    agrees = True
    for name in options.classes or CLASSES:
        found = measure(CLASSES[name](options.students), stock=options.stock)
        console.print(name, found)
        kept[name] = found
        agrees &= not found.get("other marks with stock")
        if options.record:
            RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(0 if agrees else 1)


def ordinary_class(students: int) -> list[SampleSubmission]:
    """60 of a hundred right in different words, 25 with slips, 15 with networks of their own."""
    chance = random.Random(0)
    bank = answers_of(SOURCE, LESSON)
    class_ = []
    for number in range(students):
        place = number / students
        chosen = {exercise: _one(answers, RIGHT, chance) for exercise, answers in bank.items()}
        if place < 0.85:
            chosen |= {
                exercise: replace(bank[exercise][0], source=_seeded_as_asked(exercise, chance.choice(words)))
                for exercise, words in IN_OTHER_WORDS.items()
            }
        if 0.6 <= place < 0.85:
            slipped = [
                exercise
                for exercise, answers in bank.items()
                if any(each.kind == WRONG and each.is_exact for each in answers)
            ]
            for exercise in chance.sample(slipped, 2):
                chosen[exercise] = _one(bank[exercise], WRONG, chance)
        elif place >= 0.85:
            chosen = _seeded(chosen, 1000 + number)
        class_.append(submission(f"student{number:04}", LESSON, chosen))
    return class_


def different_class(students: int) -> list[SampleSubmission]:
    """Right answers, each student with a seed of their own."""
    first = {exercise: answers[0] for exercise, answers in answers_of(SOURCE, LESSON).items()}
    return [
        submission(f"student{number:04}", LESSON, _seeded(first, 1000 + number)) for number in range(students)
    ]


CLASSES: dict[str, Callable[[int], list[SampleSubmission]]] = {
    "ordinary": ordinary_class,
    "different": different_class,
}


def _one(answers: list[Answer], kind: str, chance: random.Random) -> Answer:
    return chance.choice([each for each in answers if each.kind == kind and each.is_exact])


def _seeded_as_asked(exercise: str, source: str) -> str:
    """An answer with the seed that the lesson's own cell sets."""
    return f"keras.utils.set_random_seed(1)\n{source}" if exercise == "model" else source


def _seeded(answers: dict[str, Answer], seed: int) -> dict[str, Answer]:
    model = answers["model"]
    unseeded = model.source.replace("keras.utils.set_random_seed(1)\n", "")
    source = f"keras.utils.set_random_seed({seed})\n{unseeded}"
    return {**answers, "model": replace(model, source=source)}


def measure(class_: list[SampleSubmission], *, stock: bool) -> dict[str, Any]:
    """Grade a class in all ways. Raises SystemExit where they differ."""
    with tempfile.TemporaryDirectory() as anywhere:
        place = Path(anywhere)
        course = sample_course.make(Course.at(ROOT), place / "course", class_)
        known = place / "known"
        each_time, remembering = _copy(course.root, place / "each_time"), _copy(course.root, place / "first")
        without = _graded(each_time)
        first = _graded(remembering, known)
        _same(each_time, remembering, without, first)
        unchanged = _graded(remembering, known)
        changed = {
            name: round(_changed(remembering, known, unchanged["marks"], *checks), 1)
            for name, checks in CHANGED.items()
        }
        found: dict[str, Any] = {
            "students": len(class_),
            "each time": round(without["seconds"], 1),
            "remembered": round(first["seconds"], 1),
            "share of each time": round(first["seconds"] / without["seconds"], 3),
            "spared": round(first["spared"], 1),
            "nothing changed": round(unchanged["seconds"], 2),
            "changed checks": changed,
            "trainings": len(first["bytes"]),
            "bytes of one": statistics.median(first["bytes"]),
        }
        if stock:
            folder = _copy(course.root, place / "stock")
            took = seconds(folder, *STOCK, LESSON)
            theirs = stock_marks(folder, LESSON)
            differing = {
                student: [score, theirs.get(student)]
                for student, score in first["marks"].items()
                if score != theirs.get(student)
            }
            found |= {
                "stock": round(took, 1),
                "ratio": round(took / first["seconds"], 2),
                "other marks with stock": differing,
            }
    return found


def _copy(course: Path, folder: Path) -> Path:
    return Path(shutil.copytree(course, folder))


def _graded(course: Path, known: Path | None = None) -> dict[str, Any]:
    arguments = [str(course), LESSON, *([str(known)] if known else [])]
    program = [sys.executable, "-m", "benchmarks.known_trainings_run", *arguments]
    result = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stderr)
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def _same(one: Path, other: Path, told_one: dict[str, Any], told_other: dict[str, Any]) -> None:
    """Raises SystemExit where marks or graded notebooks differ."""
    if told_one["marks"] != told_other["marks"]:
        raise SystemExit(f"Marks differ: {told_one['marks']}, {told_other['marks']}.")
    for path in sorted((one / "autograded").glob("*/*/*.ipynb")):
        texts = [
            PASSING.sub("", each.read_text(encoding="utf-8"))
            for each in (path, other / path.relative_to(one))
        ]
        if texts[0] != texts[1]:
            raise SystemExit(f"Outputs differ: {path.relative_to(one)}.")


def _changed(course: Path, known: Path, marks: dict[str, float], *checks: str) -> float:
    """The seconds that it takes to grade again after a change that moves no mark; no names: of all checks.

    Raises SystemExit where marks are other ones.
    """
    path = course / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell_marks = cell["metadata"].get("nbgrader", {})
        is_check = cell_marks.get("grade") and cell["cell_type"] == "code"
        if is_check and (not checks or cell_marks["grade_id"] in checks):
            cell["source"] = "".join(cell["source"]) + "\n# changed"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    told = _graded(course, known)
    if told["marks"] != marks:
        raise SystemExit(f"Marks differ: {told['marks']}, {marks}.")
    return float(told["seconds"])


if __name__ == "__main__":
    main()
