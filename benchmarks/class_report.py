"""How long `course report` takes for a large class, how much memory, and how soon its page opens in Chromium.

python -m benchmarks.class_report [--students N]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console

from benchmarks.options import parser_of
from suites.places import SOURCE
from suites.recorded_class import make

LIMIT_SECONDS, LIMIT_OPENING_SECONDS = 20, 2
PICTURE_BYTES = 60_000
CHROMIUM = "/usr/bin/chromium"


def opening_seconds(page: Path) -> float:
    """From the address to all of it laid out and its script run, the median of three."""
    took = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            started = time.perf_counter()
            tab.goto(page.as_uri(), wait_until="load")
            # Two frames: the first one is drawn by then.
            tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            took.append(time.perf_counter() - started)
            tab.close()
        browser.close()
    return sorted(took)[1]


def main() -> None:
    """Make a class, report on it and open the page; exit with 1 when a limit is missed."""
    parser = parser_of(__doc__)
    parser.add_argument("--students", type=int, default=500)
    options = parser.parse_args()
    lessons = sorted(folder.name for folder in SOURCE.iterdir() if folder.is_dir())
    with tempfile.TemporaryDirectory() as temporary:
        course = make(Path(temporary) / "course", options.students, lessons, PICTURE_BYTES)
        command = [str(Path(sys.executable).parent / "course"), "report"]
        started = time.perf_counter()
        subprocess.run(command, cwd=course.root, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        page = course.reports / "report.html"
        opening = opening_seconds(page)
        Console().print(
            f"{options.students} students, {len(lessons)} lessons: report in {seconds:.1f} s "
            f"(limit {LIMIT_SECONDS}), {memory:.0f} MiB, page of {page.stat().st_size / 1e6:.2f} MB, "
            f"opens in {opening:.2f} s (limit {LIMIT_OPENING_SECONDS})"
        )
    raise SystemExit(seconds > LIMIT_SECONDS or opening > LIMIT_OPENING_SECONDS)


if __name__ == "__main__":
    main()
