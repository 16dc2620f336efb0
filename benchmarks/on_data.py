"""Run a benchmark on a lesson with the real data, or without any way to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from suites.datasets import STAND_IN
from suites.places import ROOT


def answer(module: str, lesson: str, seed: int, data: str, home: str, questions: str = "") -> Any:
    """Run a benchmark's module on a lesson with a seed, and read the JSON that it prints.

    home: an empty folder, where the stand-ins are wanted. Raises SystemExit when it fails.
    """
    result = subprocess.run(
        [sys.executable, "-m", module, lesson, str(seed)],
        input=questions,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=_environment(data, home),
    )
    if result.returncode != 0:
        raise SystemExit(f"{lesson} on {data}, seed {seed}, failed:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout)


def _environment(data: str, home: str) -> dict[str, str]:
    """This process's environment, with one thread; for the stand-ins without any way to the real data."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
    environment = {**os.environ, **threads, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if data == STAND_IN:
        environment.pop("COURSE_DATA", None)
        # Nothing listens there: a download is refused at once.
        nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
        environment.update(nowhere, KERAS_HOME=home)
    return environment
