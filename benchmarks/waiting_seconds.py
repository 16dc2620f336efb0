"""How long a student waits in JupyterLab, and what the lessons need: time to open, time to a check, memory.

python -m benchmarks.waiting_seconds [LESSON …] [--runs N] [--record]

- Opens a lesson in JupyterLab, in Chromium, N times: until its kernel is ready and the page says so.
- Runs the first check of a lesson in a new kernel, after the cells before it: until its answer is there.
- Runs the solved lessons that train, or those named, and takes the most memory that each kernel ever had.

Exits with 1 when a median is over its limit.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode
from rich.console import Console
from rich.table import Table

from benchmarks.options import parser_of
from grader.authoring.lesson_source import LessonSource
from grader.quiet import kernels_quiet
from suites.jupyter_lab import jupyter_lab, open_notebook, page_at
from suites.places import RESULTS, ROOT, SOURCE

RECORD = RESULTS / "waiting_seconds.json"
OPENED, CHECKED = "02_loss_function", "00_welcome"
TRAINING = ("04_backpropagation", "05_fashion_mnist", "06_digits", "07_mnist", "08_training_clinic")
OPEN_SECONDS, CHECK_SECONDS, MEMORY_MB = 5.0, 1.0, 2500.0
MEBIBYTE = 1024**2


def seconds_to_open(runs: int) -> float:
    """The median seconds from asking for a lesson's page to a kernel that is ready, on a server that runs."""
    seconds = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "notebooks", folder / "notebooks")
        with (
            jupyter_lab(folder / "notebooks", folder / "settings", "light") as address,
            page_at(address, folder / "profile") as page,
        ):
            # The first page fills the browser's cache, as a student's first day does.
            for run in range(runs + 1):
                for session in page.request.get(f"{address}/api/sessions").json():
                    page.request.delete(f"{address}/api/sessions/{session['id']}")
                started = time.perf_counter()
                open_notebook(page, address, f"{OPENED}/{OPENED}.ipynb")
                if run:
                    seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def seconds_to_check(runs: int) -> float:
    """The median seconds that the first check of a lesson takes to answer."""
    return statistics.median(_seconds_of_the_first_check() for _ in range(runs))


def _seconds_of_the_first_check() -> float:
    notebook = LessonSource(SOURCE / CHECKED).paired()
    client = _client(notebook)
    with tempfile.TemporaryDirectory() as anywhere, client.setup_kernel(cwd=anywhere):
        for index, cell in enumerate(notebook.cells):
            started = time.perf_counter()
            client.execute_cell(cell, index)
            if _is_check(cell):
                return time.perf_counter() - started
    raise ValueError(f"{CHECKED} has no check")


def _client(notebook: NotebookNode) -> NotebookClient:
    client = NotebookClient(notebook, kernel_name="python3", timeout=1200)
    # nbclient would answer widgets, and now and then wait for ever for a message of theirs.
    client.comm_open_handlers = {}
    return client


def _is_check(cell: NotebookNode) -> bool:
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and not about.get("solution"))


def most_memory(lesson: str) -> float:
    """The most resident memory, in MiB, that the kernel of a solved lesson has had at its end."""
    notebook = LessonSource(SOURCE / lesson).paired()
    client = _client(notebook)
    with tempfile.TemporaryDirectory() as anywhere, client.setup_kernel(cwd=anywhere):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        manager: Any = client.km
        return _peak(manager.provisioner.pid) / MEBIBYTE


def _peak(pid: int) -> int:
    """The most resident memory that a process has had; what it has now, where the system does not keep it."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(each for each in status.read_text(encoding="utf-8").splitlines() if "VmHWM" in each)
        return int(line.split()[1]) * 1024
    return int(psutil.Process(pid).memory_info().rss)


def main() -> None:
    """Measure, compare with the limits, and with --record write the figures down."""
    parser = parser_of(__doc__)
    parser.add_argument("lessons", nargs="*", default=TRAINING, metavar="LESSON", help="only these lessons")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    with kernels_quiet(), console.status("Opening a lesson in JupyterLab"):
        figures = [("a lesson is open, seconds", seconds_to_open(options.runs), OPEN_SECONDS)]
    with kernels_quiet(), console.status("Running the first check"):
        figures.append(("the first check answers, seconds", seconds_to_check(options.runs), CHECK_SECONDS))
    for lesson in options.lessons:
        with kernels_quiet(), console.status(f"Running {lesson}"):
            figures.append((f"memory of {lesson}, MiB", most_memory(lesson), MEMORY_MB))
    table = Table("what", "measured", "limit", "")
    for what, measured, limit in figures:
        verdict = "[red]over its limit[/red]" if measured > limit else ""
        table.add_row(what, f"{measured:.1f}", f"{limit:g}", verdict)
    console.print(table)
    if options.record:
        found = {what: round(measured, 1) for what, measured, _ in figures}
        RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if any(measured > limit for _, measured, limit in figures) else 0)


if __name__ == "__main__":
    main()
