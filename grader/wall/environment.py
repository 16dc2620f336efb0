"""The environment variables behind the wall: of the grader's own, those of languages, data and arithmetic."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.wall.places import HOME, MATPLOTLIB

KEPT = ("LANG", "LANGUAGE", "TZ", "PYTHONPATH", "KERAS_BACKEND")
# These choose how a processor multiplies matrices, and so the last digits of what notebooks compute.
ARITHMETIC = (
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES",
    "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "TF_ENABLE_ONEDNN_OPTS",
)  # fmt: skip


def arithmetic() -> dict[str, str]:
    """The variables that choose how this machine computes, as far as they are set."""
    return {name: os.environ[name] for name in ARITHMETIC if name in os.environ}


def environment() -> dict[str, str]:
    """What a process behind the wall finds in its environment."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")}
    if data := os.environ.get("COURSE_DATA"):
        kept["COURSE_DATA"] = str(Path(data).absolute())
    programs = (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
    return {
        "LANG": "C.UTF-8",
        **kept,
        **arithmetic(),
        "PATH": os.pathsep.join(programs),
        "HOME": str(HOME),
        "USER": "student",
        "LOGNAME": "student",
        "MPLCONFIGDIR": str(MATPLOTLIB),
    }
