"""What one more process with TensorFlow in it costs, beyond the arrays that its notebook makes.

python -m benchmarks.kernel_memory [--processes N] [--record]

Proportional set size: pages that several processes share count once, in parts. Each process trains a network
on images of its own, which are taken off.
"""

from __future__ import annotations

import itertools
import json
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from rich.console import Console

from benchmarks.options import parser_of
from grader.executor import process as processes
from grader.executor.link import Link
from grader.executor.messages import Ended, Run
from grader.executor.task import STUDENT
from grader.executor.warm import PARENTS, Outer
from grader.limits import Limits

RECORD = Path(__file__).parent / "results" / "kernel_memory.json"
MODULES = frozenset({"tensorflow", "numpy", "matplotlib.pyplot"})
MEBIBYTE = 1024**2
MOST_MB = 250
IMAGES = 10_000
ARRAYS_MB = IMAGES * 28 * 28 * 4 / MEBIBYTE
TRAIN = f"""
import numpy as np, tensorflow as tf
images = np.random.rand({IMAGES}, 28, 28).astype("float32")
labels = np.random.randint(0, 10, {IMAGES})
model = tf.keras.Sequential([
    tf.keras.layers.Input((28, 28)),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(128, activation="relu"),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, epochs=1)
"""


def measured(number: int, console: Console) -> list[float]:
    """MiB that each further process adds to all of them and their parent."""
    parent = PARENTS.parent_for(STUDENT, MODULES, Outer(is_walled=False))
    totals = [_shared_fairly([parent.pid])]
    pids = [parent.pid]
    with ExitStack() as stack:
        for place in range(number):
            with console.status(f"process {place + 1} of {number}"):
                _, peer = Link.pair()
                process = processes.start(STUDENT, peer, MODULES, Limits(wall=False))
                stack.callback(process.close)
                process.wait_until_begun({})
                ended = processes.run(process, Run(TRAIN, 1), time.monotonic() + 300, lambda _: None)
                if not isinstance(ended, Ended) or ended.failed:
                    raise SystemExit(f"The training failed: {ended}")
                pids.append(process.pid)
                totals.append(_shared_fairly(pids))
    return [later - earlier for earlier, later in itertools.pairwise(totals)]


def _shared_fairly(pids: list[int]) -> float:
    return float(sum(psutil.Process(pid).memory_full_info().pss for pid in pids)) / MEBIBYTE


def main() -> None:
    """Measure, print, and with --record write down; exit with 1 when a process costs too much."""
    parser = parser_of(__doc__)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--record", action="store_true", help=f"write to {RECORD.name}")
    options = parser.parse_args()
    console = Console()
    added = measured(options.processes, console)
    beyond = max(added) - ARRAYS_MB
    console.print(
        f"One more process: {', '.join(f'{each:.0f}' for each in added)} MiB, of them {ARRAYS_MB:.0f} MiB of "
        f"images; at most {beyond:.0f} MiB beyond them (limit {MOST_MB})"
    )
    if options.record:
        found = {"added_mb": [round(each) for each in added], "arrays_mb": round(ARRAYS_MB),
                 "most_beyond_arrays_mb": round(beyond)}  # fmt: skip
        RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    raise SystemExit(1 if beyond > MOST_MB else 0)


if __name__ == "__main__":
    main()
