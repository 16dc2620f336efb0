"""Run every benchmark, one after the other; exit with 1 when a claim does not hold."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "import_seconds", "lesson_seconds", "waiting_seconds", "live_history_share", "picture_seconds", "claims",
    "answer_bank", "mutants", "fairness",
    "grading_speed", "grading_overhead", "judge_overhead", "kernel_memory", "soak", "hosts_scaling",
    "feedback_speed", "forgeries", "hostile", "odd_notebooks", "class_report", "known_trainings",
)  # fmt: skip


def main() -> None:
    """Run them all, even when one fails."""
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        for name in BENCHMARKS
    ]
    raise SystemExit(int(any(codes)))


if __name__ == "__main__":
    main()
