"""The environment variables behind the wall: of the grader's own, only those of languages and data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.wall.places import HOME, MATPLOTLIB

KEPT = ("LANG", "LANGUAGE", "TZ", "PYTHONPATH", "KERAS_BACKEND")


def environment() -> dict[str, str]:
    """What a process behind the wall finds in its environment."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("LC_")}
    if data := os.environ.get("COURSE_DATA"):
        kept["COURSE_DATA"] = str(Path(data).absolute())
    programs = (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
    return {
        "LANG": "C.UTF-8",
        **kept,
        "PATH": os.pathsep.join(programs),
        "HOME": str(HOME),
        "USER": "student",
        "LOGNAME": "student",
        "MPLCONFIGDIR": str(MATPLOTLIB),
    }
