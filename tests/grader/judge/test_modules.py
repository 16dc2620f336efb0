"""Modules that the judge imports where a lesson adds its folder to sys.path: none that a cell has written."""

from __future__ import annotations

import pytest

from grader.grading.grade import grade_in
from grader.grading.setting import Setting
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, code, notebook, spec_of

MODULES = {"of_lesson.py": b"def is_right(value):\n    return value == 5"}
FORGED = "is_right = rgb_to_hls = lambda *_: True"
ATTACKS = {
    "another module": "open('colorsys.py', 'w').write(FORGED)",
    "a module of its own": "open('own.py', 'w').write(FORGED)",
    "a package": "import os\nos.mkdir('of_lesson')\nopen('of_lesson/__init__.py', 'w').write(FORGED)",
    "bytecode": "import os, importlib.util\nfrom importlib._bootstrap_external import _code_to_hash_pyc\n"
    "os.mkdir('__pycache__')\nwhere = importlib.util.cache_from_source('of_lesson.py')\n"
    "open(where, 'wb').write(_code_to_hash_pyc(compile(FORGED, 'of_lesson.py', 'exec'), bytes(8), False))",
    "bytecode without source": "import importlib.util\nfrom importlib._bootstrap_external import _code_to_hash_pyc\n"
    "open('own.pyc', 'wb').write(_code_to_hash_pyc(compile(FORGED, 'own.py', 'exec'), bytes(8), False))",
}  # fmt: skip
CHECK = (
    "import of_lesson\nassert of_lesson.is_right(given)\n"
    "try:\n    import own\nexcept ImportError:\n    own = of_lesson\nassert own.is_right(given)\n"
    "import colorsys\nassert np.allclose(colorsys.rgb_to_hls(0.0, 0.0, 0.0), 0)"
)


@pytest.mark.parametrize("attack", ["", *ATTACKS])
def test_the_judge_imports_nothing_that_a_cell_has_written(attack: str) -> None:
    forged = f"FORGED = {FORGED!r}\n{ATTACKS[attack]}\n" if attack else ""
    cells = [
        code("import sys\nimport numpy as np"),
        code("sys.path.insert(0, '.')"),
        answer("a", f"{forged}given = {6 if attack else 5}"),
        check("c", CHECK, points=1),
    ]
    spec = spec_of(*cells[:2], answer("a", "given = 5"), cells[-1])
    result = grade_in(Setting(Limits(), spec.modules, MODULES, MODULES), as_bytes(notebook(*cells)), spec)
    assert [cell.points for cell in result.cells] == [0 if attack else 1], result.cells[0].message


HOOK = "import builtins\nbuiltins.sum = lambda _: 6"
# A check that says so itself runs in the student's process.
RUNNER = code("import pytest\nrun_tests = getattr(pytest, 'ma' + 'in')")
RUNS = check("c", "run_tests(['-q', '-p', 'no:cacheprovider', '.'])\nassert sum([given]) == 6", points=1)


@pytest.mark.parametrize("name", ["test_it.py", "conftest.py", "pytest.ini"])
def test_a_runner_of_tests_runs_nothing_that_a_cell_has_written(name: str) -> None:
    content = "[pytest]\naddopts = -p conftest" if name == "pytest.ini" else HOOK
    spec = spec_of(RUNNER, answer("a", "given = 6"), RUNS)
    assert spec.unjudged == {}
    for given, written in ((6, ""), (5, f"open({name!r}, 'w').write({content!r})\n")):
        cells = RUNNER, answer("a", f"{written}given = {given}"), RUNS
        result = grade_in(Setting(Limits(), spec.modules), as_bytes(notebook(*cells)), spec)
        assert [cell.points for cell in result.cells] == [given - 5]
