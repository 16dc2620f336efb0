"""`course check` in a real kernel: what a fresh start shows, and that the notebook stays as it is."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import psutil
import pytest

from helpers.desk.command import main
from helpers.desk.fresh_run import fresh_run
from helpers.desk.look import look_at
from helpers.desk.saved_notebook import read_notebook
from tests.helpers.desk.notebooks import LESSON, WRONG_MAE, cell_of, solved, write
from tests.helpers.desk.test_look import SAYS_RIGHT


def test_a_mixed_notebook_is_judged_from_a_fresh_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = solved(
        mae=WRONG_MAE,
        mse="def mse(y_true, y_pred):\n    return np.mean(difference ** 2)",
        why_square="Because.",
    )
    cell_of(notebook, "check_mse")["outputs"] = [SAYS_RIGHT]
    path = write(notebook, tmp_path / "Kurs Übung é" / f"{LESSON}.ipynb")
    before = path.read_bytes()
    assert main(["check", "--json", str(path)]) == 1
    told = json.loads(capsys.readouterr().out)
    outcomes = {each["name"]: (each["outcome"], each["slip"]) for each in told["exercises"]}
    assert outcomes["mae"] == ("not yet", "sum instead of mean")
    assert outcomes["mse"][0] != "right"
    assert outcomes["hinge"] == ("right", "")
    assert outcomes["why_square"] == ("answered", "")
    assert told["visible"] == {"marks": 9, "points": 18}
    assert told["by_hand"] == {"points": 2}
    hidden = [each for each in told["findings"] if each["kind"] == "hidden state"]
    assert "mse was right when you saved" in hidden[0]["text"]
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_right_notebook_is_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(solved(), tmp_path / f"{LESSON}.ipynb")
    assert main(["check", str(path)]) == 0
    printed = capsys.readouterr().out
    assert (
        f"{LESSON}.ipynb, visible checks: 18 of 18 points. 2 points are marked by your instructor." in printed
    )
    assert printed.endswith("Ready to hand in.\n")


SMALL = [
    "from helpers.lessons.loss_function import exercises\nimport numpy as np",
    "def mse(a, b):\n    return np.mean((a - b) ** 2)",
    "exercises.mse.check(mse)",
]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("while True: pass", "Cell 4 (while True: pass) did not end within 2 seconds."),
        ("import os\nos._exit(1)", "Cell 4 (import os) ended its kernel."),
        ("exit()", "Cell 4 (exit()) ended its kernel."),
    ],
)
def test_a_cell_that_does_not_end_or_ends_the_kernel_is_named(bad: str, says: str, tmp_path: Path) -> None:
    sources = [*SMALL, bad, "exercises.mae.check(mse)"]
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    path = write({"cells": cells, "metadata": {}}, tmp_path / f"{LESSON}.ipynb")
    report = look_at(path, cell_seconds=2)
    assert says in " ".join(finding.text for finding in report.findings)
    outcomes = {each.name: each.outcome for each in report.exercises}
    assert (outcomes["mse"], outcomes["mae"]) == ("right", "did not run")


def test_a_check_that_does_not_end_says_so(tmp_path: Path) -> None:
    sources = [SMALL[0], "def mse(a, b):\n    while True: pass", SMALL[2]]
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    report = look_at(write({"cells": cells, "metadata": {}}, tmp_path / f"{LESSON}.ipynb"), cell_seconds=1)
    assert "✗ mse            its check stopped: it did not end within 1 second" in str(report)
    assert "The check calls your answer, so look there." in " ".join(each.text for each in report.findings)


def test_cells_that_no_editor_would_write_and_endless_outputs_are_run(tmp_path: Path) -> None:
    sources = [
        *SMALL,
        "text = '\ud800'",
        "input('Your name?')",
        "def f(\n    return",
        f"total = {' + '.join(['1'] * 20_000)}",
        "import time\nend = time.monotonic() + 3\nwhile time.monotonic() < end: print('x' * 10_000)",
    ]
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    run = fresh_run(read_notebook(write({"cells": cells, "metadata": {}}, tmp_path / f"{LESSON}.ipynb")))
    assert run.results["mse"].outcome == "right"
    assert run.stopped == ""
    errors = {each.cell.number: each.error for each in run.raised}
    assert errors.keys() == {5, 6, 7}
    assert errors[5].endswith("input() waits for somebody to type, and here nobody does")
    assert errors[6] == "SyntaxError: '(' was never closed (line 1)"
    assert errors[7] == "RecursionError: the cell is too long, or nested too deep, to be read"
    for child in psutil.Process().children(recursive=True):
        # One that an earlier test left may be ending just now.
        with contextlib.suppress(psutil.NoSuchProcess):
            assert "ipykernel_launcher" not in child.cmdline()


def test_a_cell_that_raises_is_named_and_the_others_run(tmp_path: Path) -> None:
    sources = [SMALL[0], "print(nowhere)", *SMALL[1:]]
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    saved = read_notebook(write({"cells": cells, "metadata": {}}, tmp_path / f"{LESSON}.ipynb"))
    run = fresh_run(saved)
    assert [(each.cell.number, each.error) for each in run.raised] == [
        (2, "NameError: name 'nowhere' is not defined")
    ]
    assert run.results["mse"].outcome == "right"
