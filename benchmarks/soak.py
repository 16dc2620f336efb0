"""That a large class neither fills the grader's memory nor slows it down.

python -m benchmarks.soak [--students N] [--record]

`course grade` marks a class of small submissions, and one twice as large. Its own memory is read as it goes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress

from benchmarks import small_course
from benchmarks.options import parser_of

RECORD = Path(__file__).parent / "results" / "soak.json"
COURSE = Path(sys.executable).parent / "course"
RIGHT = "def double(x):\n    return x + x"
MEBIBYTE = 1024**2
MOST_GROWTH_MB = 20
# Starting takes as long for a small class as for a large one: the larger may even be a little quicker a head.
MOST_TIMES_AS_LONG = 2.2


def graded(students: int, progress: Progress) -> tuple[float, list[float]]:
    """Grade a class: the seconds that took, and the grader's memory (MiB) after each tenth of it."""
    with tempfile.TemporaryDirectory() as anywhere:
        course = small_course.make(Path(anywhere) / "course", students, RIGHT)
        task = progress.add_task(f"{students} submissions", total=students)
        started = time.perf_counter()
        run = subprocess.Popen(
            [COURSE, "grade"], cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        process, memory, done = psutil.Process(run.pid), [], 0
        assert run.stdout is not None
        for line in run.stdout:
            if f" of {students}  " in line:
                done += 1
                progress.update(task, completed=done)
                if done % (students // 10) == 0 and done < students:
                    memory.append(process.memory_info().rss / MEBIBYTE)
        seconds = time.perf_counter() - started
        if run.wait() or done != students:
            raise SystemExit(f"`course grade` ended with {run.returncode} after {done} of {students}.")
        return seconds, memory


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    with Progress(console=console) as progress:
        half, _ = graded(options.students // 2, progress)
        whole, memory = graded(options.students, progress)
    # The first tenth fills caches.
    growth = memory[-1] - memory[0]
    times = whole / half
    console.print(
        f"{options.students} submissions: {whole:.0f} s, {times:.2f} times as long as half of them "
        f"(limit {MOST_TIMES_AS_LONG}); memory {memory[0]:.0f} MiB after a tenth, {memory[-1]:.0f} MiB near "
        f"the end (limit {MOST_GROWTH_MB} more)"
    )
    if options.record:
        found = {
            "students": options.students,
            "seconds": round(whole, 1),
            "times_as_long_as_half": round(times, 2),
            "memory_mb": [round(each) for each in memory],
        }
        RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if growth > MOST_GROWTH_MB or times > MOST_TIMES_AS_LONG else 0)


if __name__ == "__main__":
    main()
