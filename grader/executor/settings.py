"""How the processes that run cells are set up: one thread, no accelerator, the same seeds each time."""

from __future__ import annotations

import random
from contextlib import suppress

# Without a seed of its own a submission draws the same each time it is graded.
SEED = 0
# Each process computes with one thread: there are as many of them as cores. In a parent with one thread,
# forking is safe.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)  # fmt: skip
# Accelerators give other numbers than processors do, and are not there for every notebook at once.
NO_ACCELERATOR = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1"}
# Matplotlib reads its backend when it is imported; TensorFlow how much it logs.
SETTINGS = {
    **ONE_THREAD,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # The order of a set of words is the same each time a submission is graded.
    "PYTHONHASHSEED": "0",
    # A folder of the submission must not provide modules in place of the installed ones.
    "PYTHONSAFEPATH": "1",
    # As nbgrader says it to the notebooks that it grades.
    "NBGRADER_EXECUTION": "autograde",
}


def prepare() -> None:
    """Seed the process that this runs in, and install what makes it quick."""
    from grader.executor import quick_tracebacks, quick_training

    random.seed(SEED)
    with suppress(ImportError):
        import numpy as np

        np.random.seed(SEED)
    quick_training.install(SEED)
    quick_tracebacks.install()
