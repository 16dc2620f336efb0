"""What `import helpers` costs beyond NumPy and Matplotlib, which every notebook imports anyway.

python -m benchmarks.import_seconds [--pairs N]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from rich.console import Console

from benchmarks.options import parser_of

BASE = "import numpy, matplotlib.pyplot"
LIMIT_SECONDS = 0.3


def seconds(statements: str) -> float:
    """The wall clock of a fresh interpreter that runs these statements."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statements], check=True)
    return time.perf_counter() - started


def main() -> None:
    """Time pairs of interpreters, with and without helpers; exit with 1 when the median is over the limit."""
    parser = parser_of(__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    options = parser.parse_args()
    seconds(f"{BASE}; import helpers")  # fill the disk cache
    costs = [seconds(f"{BASE}; import helpers") - seconds(BASE) for _ in range(options.pairs)]
    median = statistics.median(costs)
    Console().print(
        f"import helpers: {median:.3f} s beyond numpy and matplotlib "
        f"(median of {options.pairs} pairs, {min(costs):.3f} to {max(costs):.3f}; limit {LIMIT_SECONDS})"
    )
    raise SystemExit(1 if median > LIMIT_SECONDS else 0)


if __name__ == "__main__":
    main()
