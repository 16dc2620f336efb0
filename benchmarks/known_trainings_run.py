"""Grade a lesson of a course with trainings that are kept in a folder, or with none, and say what it took.

python -m benchmarks.known_trainings_run COURSE LESSON [FOLDER]

Without a folder each submission trains for itself. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from grader import grade_class
from grader.executor.process import Process
from grader.executor.trainings import NotTrained, encoder
from grader.grading import one_pass
from grader.grading.known_trainings import KnownTrainings
from grader.grading.trainings import Spared, Trainings


class Forgetful(Trainings):
    """Knows nothing, and has nothing trained."""

    def answer(self, student: Process, *_: Any, **__: Any) -> Spared:
        """Say so."""
        student.link.send(encoder.encode(NotTrained("Nothing is remembered here.")))
        return Spared()


def main(course: str, lesson: str, folder: str = "") -> None:
    """Grade what has changed, and print the seconds, the marks, and the seconds that were spared."""
    kept = KnownTrainings(Path(folder))
    one_pass.TRAININGS = Trainings(kept) if folder else Forgetful(kept)
    started = time.perf_counter()
    graded = grade_class(Path(course), [lesson])
    took = time.perf_counter() - started
    told = {
        "seconds": took,
        "spared": sum(record.remembered_seconds for record in graded.records),
        "marks": {record.student: record.score for record in graded.records},
        "bytes": kept.sizes() if folder else [],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
