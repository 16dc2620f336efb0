"""How well grading spreads over hosts: one against three, made with network namespaces on this machine.

python -m benchmarks.hosts_scaling [--students N] [--record]

The submissions sleep instead of computing, for the hosts share this machine's cores. Needs root and `ip`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks import small_course
from benchmarks.options import parser_of
from suites.hosts import cluster, possible

RECORD = Path(__file__).parent / "results" / "hosts_scaling.json"
COURSE = Path(sys.executable).parent / "course"
SECONDS_A_SUBMISSION = 10
SLEEPS = f"import time; time.sleep({SECONDS_A_SUBMISSION})\ndef double(x):\n    return x + x"
HOSTS = 3
LEAST_EFFICIENCY = 0.9


def graded(students: int, hosts: int) -> float:
    """The seconds that a class takes on that many hosts with one slot each."""
    with tempfile.TemporaryDirectory() as anywhere:
        course = small_course.make(Path(anywhere) / "course", students, SLEEPS)
        logs = Path(anywhere) / "logs"
        logs.mkdir()
        with cluster(hosts, logs) as made:
            started = time.perf_counter()
            subprocess.run(
                [COURSE, "grade", "--scheduler", made.address],
                cwd=course.root, check=True, capture_output=True,
            )  # fmt: skip
            return time.perf_counter() - started


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a claim does not hold."""
    parser = parser_of(__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    if not possible():
        raise SystemExit("Making hosts needs root, `ip` and network namespaces.")
    console = Console()
    with console.status("one host"):
        one = graded(options.students, 1)
    with console.status(f"{HOSTS} hosts"):
        several = graded(options.students, HOSTS)
    efficiency = one / (HOSTS * several)
    console.print(
        f"{options.students} submissions of {SECONDS_A_SUBMISSION} s: {one:.0f} s on one host, "
        f"{several:.0f} s on {HOSTS}; efficiency {efficiency:.2f} (at least {LEAST_EFFICIENCY})"
    )
    if options.record:
        found = {"hosts": HOSTS, "one_host_seconds": round(one, 1), "seconds": round(several, 1),
                 "efficiency": round(efficiency, 2)}  # fmt: skip
        RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(0 if efficiency >= LEAST_EFFICIENCY else 1)


if __name__ == "__main__":
    main()
