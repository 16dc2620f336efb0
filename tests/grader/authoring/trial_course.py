"""A course with one lesson of a test's own, and what docs/lessons.md tells authors to write."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import helpers.lessons
from grader.authoring.working_out import EXERCISES
from tests.conftest import ROOT
from tests.course_here import run_course

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: course
#   course:
#     datasets: []
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %%
import numpy as np

from helpers import NotDoneYet
from helpers.lessons.trial import exercises

"""
IMPORTS = "import numpy as np\n\nfrom helpers.kit.author import Earlier, Function, Numbers, Slip\n\n"
# What docs/lessons.md tells authors to write: a section of the lesson's text, and one of exercises.py.
TEXT, EXERCISE = re.findall(
    r"```\n((?:# %% \[markdown\]\n# ### Exercise|rms = ).*?)```",
    (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8"),
    re.DOTALL,
)
ANSWER = """\
# %% nbgrader={{"grade": false, "grade_id": "{name}", "locked": false, "schema_version": 3, "solution": true, "task": false}}
def {name}(x):
    ### BEGIN SOLUTION
    {solution}
    ### END SOLUTION

# %% nbgrader={{"grade": true, "grade_id": "check_{name}", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}}
exercises.{name}.check({name})

"""


class Trial:
    """A course with one lesson, 01_trial, and helpers of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lesson = folder / "source" / "01_trial"
        self.lesson.mkdir(parents=True)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        shutil.copytree(ROOT / "helpers", folder / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
        package = folder / "helpers" / "lessons" / "trial"
        package.mkdir()
        for name in "__init__.py", "exercises.py":
            shutil.copy(ROOT / "helpers" / "lessons" / "loss_function" / name, package)
        self.table = package / "exercises.json"
        self.notebook = self.lesson / "01_trial.ipynb"

    def write(self, text: str, exercises: str) -> None:
        (self.lesson / "01_trial.py").write_text(HEADER + text, encoding="utf-8")
        (self.lesson / EXERCISES).write_text(IMPORTS + exercises, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `course` on these helpers, which all processes that it starts find as well."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", os.pathsep.join([str(self.folder), str(ROOT)]))
            patch.syspath_prepend(self.folder)
            patch.setattr(
                helpers.lessons.__spec__, "submodule_search_locations", [str(self.table.parents[1])]
            )
            return run_course(*arguments, cwd=self.folder)

    def answered(self, answer: str, exercise: str = "rms") -> str:
        """What the built check says of an answer, hidden cases included."""
        check = next(cell.source for cell in self.cells() if cell.id == f"check_{exercise}")
        program = (
            f"import numpy as np\nfrom helpers.lessons.trial import exercises\n{answer}\n"
            f"try:\n    exec({check!r})\nexcept Exception as error:\n    print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=self.folder, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
        )  # fmt: skip
        return done.stdout

    def cells(self) -> list[nbformat.NotebookNode]:
        return list(nbformat.read(self.notebook, as_version=4).cells)
