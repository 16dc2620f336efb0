"""How much more arithmetic all cores of this machine do together than one of them alone.

python -m benchmarks.cores_together

On a machine that shares its cores with others, or whose cores share their arithmetic units, that is less than
their number: no way of grading on it gains more from its cores.
"""

from __future__ import annotations

import os
import subprocess
import sys

from grader.classroom.schedule import cores

SECONDS = 4
# What training a small network asks of a core: products of small matrices.
WORK = f"""
import time
import numpy as np
images, weights = np.ones((32, 784), np.float32), np.ones((784, 128), np.float32)
done, end = 0, time.monotonic() + {SECONDS}
while time.monotonic() < end:
    for _ in range(100):
        images.T @ (images @ weights)
    done += 1
print(done)
"""


def together() -> float:
    """What all cores do at once, as a multiple of what one does alone."""
    return sum(_done(cores())) / _done(1)[0]


def _done(processes: int) -> list[int]:
    """How much each of some processes gets done side by side."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORK], env={**os.environ, **threads}, stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    return [int(process.communicate()[0]) for process in started]


if __name__ == "__main__":
    print(f"{cores()} cores do {together():.2f} times as much as one of them.")
