"""Graded notebooks show what an ordinary kernel shows, cell by cell, pictures as pixels."""

from __future__ import annotations

import base64
import io
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread
from nbformat import NotebookNode

from grader.authoring.build import run
from grader.grading.grade import grade
from grader.grading.spec import read_spec
from suites.small_lessons import as_bytes, code, notebook
from tests.conftest import LESSONS, ROOT

# Minutes of training, once by each.
LONG = ("05_fashion_mnist", "06_digits", "07_mnist", "08_training_clinic")
# What differs from one process to the next, and between a machine's runs.
PASSING = (
    # Paths below the home folder are shown short, and behind the wall there is another one.
    (re.compile(re.escape(str(Path.home())) + r"(?=/)"), "~"),
    (re.compile(r"0x[0-9a-f]+"), "0x…"),
    (re.compile(r"/tmp/ipykernel_\d+/"), "/tmp/ipykernel/"),
    (re.compile(r"\b\d+m?s(?:/(?:step|epoch))?\b"), "…s"),
    (re.compile(r"CPU times.*|Wall time.*"), "times"),
)
ODD_CELLS = {
    "figure at the end": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    "figure shown": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\nprint('after')",
    "figure as value": "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nfigure",
    "figure displayed and changed": "figure.suptitle('again')\ndisplay(figure)",
    "two figures": "plt.figure(figsize=(2, 1)); plt.figure(figsize=(1, 2)); print('both')",
    "display and update": "shown = display('one', display_id='x')\nprint('between')",
    "updated in a later cell": "shown.update('two')",
    "cleared": "from IPython.display import clear_output\nprint('gone'); clear_output()\nprint('stays')",
    "cleared late": "print('gone'); clear_output(wait=True); print('stays')",
    "rich text": "from IPython.display import HTML, Markdown\ndisplay(Markdown('**b**'))\nHTML('<b>b</b>')",
    "a program": "import subprocess, time\nsubprocess.run(['echo', 'from a program'], check=True); time.sleep(1)",
    "a shell": "!echo from a shell",
    "bash": "%%bash\necho from bash",
    "captured": "%%capture kept\nprint('hidden')",
    "shown again": "kept.show()",
    "timed": "%time 1 + 1",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "asyncio.run": "asyncio.run(asyncio.sleep(0))",
    "input": "input('name? ')",
    "password": "import getpass\ngetpass.getpass()",
    "error": "def fails():\n    return 1 / 0\nfails()",
    "error inside": "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('b') from error",
    "not Python": "def f(:\n    pass",
    "exit": "raise SystemExit(3)",
    "own exception": "class OwnError(Exception): pass\nraise OwnError('text', 5)",
    "stderr": "import sys\nprint('out'); print('err', file=sys.stderr); print('out')",
    "long text": "for i in range(3000): print(i, end=' ')",
    "result": "_ + 0 if isinstance(_, int) else [1, 2]",
    "numbers": "import numpy as np\nnp.float64(0.5), np.arange(3)",
    "last output": "Out[max(Out)]",
    "nothing": "None",
    "a semicolon": "5;",
    "help": "len?",
    "variables": "%who_ls int",
    "inline again": "%matplotlib inline\nplt.plot([2, 1]);",
    "svg": "%config InlineBackend.figure_formats = ['svg']\nplt.figure(figsize=(1, 1)); plt.plot([1]);",
    "logging": "import logging\nlogging.warning('careful')",
    "warning": "import warnings\nwarnings.warn('hm')",
    "a name of IPython's": "get_ipython().__class__.__name__, __name__",
}


@pytest.fixture(autouse=True)
def as_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    # Where this is set, the lessons show pictures in place of widgets.
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def seen(cell: NotebookNode) -> list[Any]:
    """What a reader sees of a cell's outputs."""
    kept: list[Any] = []
    for output in cell.outputs:
        # How text is cut into pieces depends on when it comes.
        if kept and output.output_type == "stream" and kept[-1].get("name") == output.name:
            kept[-1]["text"] += output.text
        else:
            kept.append({key: value for key, value in output.items() if key != "transient"})
    return [_seen(output) for output in kept]


def _seen(value: Any, key: str = "") -> Any:
    if key == "image/png" and isinstance(value, str):
        return imread(io.BytesIO(base64.b64decode(value)))
    if key == "image/svg+xml" and isinstance(value, str):
        return re.sub(r'id="[^"]*"|#[a-z0-9]+|<dc:date>.*', "", value)
    if key == "model_id":
        return "…"
    if isinstance(value, dict):
        return {each: _seen(content, each) for each, content in value.items()}
    if isinstance(value, list):
        return [_seen(each) for each in value]
    if isinstance(value, str):
        for pattern, instead in PASSING:
            value = pattern.sub(instead, value)
    return value


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def assert_same_outputs(graded: NotebookNode, ordinary: NotebookNode) -> int:
    """Compare cell by cell; how many pictures were compared."""
    pictures = 0
    for ours, theirs in zip(graded.cells, ordinary.cells, strict=True):
        if ours.cell_type != "code":
            continue
        assert same(seen(ours), seen(theirs)), f"{ours.source}\n{_short(ours)}\n{_short(theirs)}"
        assert ours.execution_count == theirs.execution_count
        pictures += sum("image/png" in output.get("data", {}) for output in ours.outputs)
    return pictures


def _short(cell: NotebookNode) -> str:
    return "\n".join(repr(each)[:1500] for each in seen(cell))


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(lesson, marks=[pytest.mark.slow] if lesson in LONG else []) for lesson in LESSONS],
)
def test_a_lesson_looks_as_in_an_ordinary_kernel(lesson: str, tmp_path: Path) -> None:
    raw = (ROOT / "source" / lesson / f"{lesson}.ipynb").read_bytes()
    spec = read_spec(raw)
    result = grade(raw, spec)
    ordinary = deepcopy(spec.template)
    for cell, known in zip(ordinary.cells, spec.cells, strict=True):
        cell.source = known.solution
    ordinary = run(ordinary, tmp_path)
    pictures = assert_same_outputs(result.notebook, ordinary)
    assert pictures >= (3 if lesson != "00_welcome" else 0)


def test_odd_cells_look_as_in_an_ordinary_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbclient import NotebookClient

    # Under pytest, ipykernel does not look at what programs print.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    made = notebook(*(code(source) for source in ODD_CELLS.values()))
    result = grade(as_bytes(made), read_spec(as_bytes(made)))
    NotebookClient(
        made, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}, allow_errors=True
    ).execute()
    different = [
        name
        for name, ours, theirs in zip(ODD_CELLS, result.notebook.cells, made.cells, strict=True)
        if not same(seen(ours), seen(theirs))
        and not print(name, "\nOURS", _short(ours), "\nTHEIRS", _short(theirs))
    ]
    assert different == []
