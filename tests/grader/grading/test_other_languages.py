"""Lessons of other languages than Python run in their Jupyter kernels."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from grader.executor.process import StartError
from grader.grading.grade import grade
from grader.grading.graded import Graded, Outcome
from grader.grading.spec import Spec, read_spec
from grader.limits import Limits
from grader.wall.system_calls import compiled
from suites.small_lessons import answer, as_bytes, check, handed_in, notebook


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spec:
    """A lesson whose kernel says that it is one for Octave; what it understands happens to be Python."""
    kernel = tmp_path / "kernels" / "octave"
    kernel.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": command, "display_name": "Octave", "language": "octave"}), encoding="utf-8"
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    made = notebook(
        answer("double", "def double(x):\n    return 2 * x"),
        check("check_double", "assert double(2) == 4", points=2),
        check("check_part", "0.5", points=2),
    )
    made.metadata.kernelspec = {"name": "octave", "display_name": "Octave", "language": "octave"}
    return read_spec(as_bytes(made))


def test_marks_are_those_of_its_own_kernel_and_that_is_said(spec: Spec) -> None:
    result = grade(as_bytes(handed_in(spec, double="def double(x):\n    return x + x")), spec)
    assert [cell.points for cell in result.cells] == [2, 0.5]
    assert "because the judge knows only Python" in result.findings[0]
    result = grade(as_bytes(handed_in(spec, double="def double(x):\n    return 3")), spec)
    assert [cell.points for cell in result.cells] == [0, 0.5]


def test_a_kernel_sees_its_own_files_and_nobody_elses(spec: Spec, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    look = f"import os\ndef double(x): return [open('given.txt').read(), os.listdir(), os.path.exists({str(tmp_path / 'secret')!r})]"
    submission = handed_in(spec, double=look + "\nprint(double(0))")
    result = grade(as_bytes(submission), spec, files={"given.txt": b"given"})
    assert result.notebook.cells[0].outputs[0].text == "['given', ['given.txt'], False]\n"


def test_it_is_graded_from_a_running_loop_and_in_a_folder_with_spaces(
    spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def graded() -> Graded:
        return grade(as_bytes(handed_in(spec, double="def double(x):\n    return x + x")), spec)

    # The addresses of sockets must not be long.
    with tempfile.TemporaryDirectory(prefix="a b") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        assert asyncio.run(graded()).points == 2.5
        monkeypatch.undo()


def test_a_cell_that_does_not_end_ends_the_notebook(spec: Spec) -> None:
    result = grade(as_bytes(handed_in(spec, double="while True: pass")), spec, Limits(cell_seconds=2))
    assert {cell.outcome for cell in result.cells} == {Outcome.DID_NOT_RUN}
    assert result.problem == "A cell took longer than 2 s."
    # nbgrader leaves kernels of its own behind: these have no folder for sockets.
    assert not [line for line in running_command_lines() if "/sockets/connection.json" in line]


@pytest.mark.parametrize(
    ("kind", "content"),
    [("stream", "{}"), ("stream", "{'name': [], 'text': 5}"), ("status", "{}"), ("error", "{}")],
)
def test_messages_that_are_none_of_jupyters_cost_only_marks(spec: Spec, kind: str, content: str) -> None:
    forged = (
        "kernel = get_ipython().kernel\n"
        f"kernel.session.send(kernel.iopub_socket, {kind!r}, {content}, parent=kernel.get_parent())"
    )
    result = grade(as_bytes(handed_in(spec, double=forged)), spec)
    assert result.points <= 0.5
    assert result.problem in ("", "The kernel sent something that is not a message of Jupyter's.")


TOO_MUCH = {
    "The notebook needed more than 200 MiB of memory.": "x = bytearray(600 * 2**20)\nx[::4096] = b'1' * len(x[::4096])",
    "A cell started more than 128 processes.": "import subprocess\n[subprocess.Popen(['sleep', '30']) for _ in range(140)]",
}


@pytest.mark.parametrize("problem", TOO_MUCH)
def test_a_kernel_that_takes_too_much_is_ended_with_all_it_has_started(spec: Spec, problem: str) -> None:
    source = f"{TOO_MUCH[problem]}\nimport time\ntime.sleep(30)"
    result = grade(as_bytes(handed_in(spec, double=source)), spec, Limits(memory_mb=200))
    assert {cell.points for cell in result.cells} == {0}
    assert result.problem == problem
    assert not [line for line in running_command_lines() if line.startswith("sleep 30")]


FLOODS = {
    "text without an end": "while True: print('x' * 100_000)",
    "lines without an end": "while True: print('x', flush=True)",
    "one name shown often, then made large": (
        "from IPython.display import display, update_display\n"
        "for _ in range(1000): display('x', display_id='a')\n"
        "update_display('x' * 1_000_000, display_id='a')"
    ),
    "one large text": "print('x' * 30_000_000)",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_kernel_cannot_fill_the_memory_of_the_grader(spec: Spec, flood: str) -> None:
    before = psutil.Process().memory_info().rss
    limits = Limits(output_mb=1, memory_mb=500)
    result = grade(as_bytes(handed_in(spec, double=FLOODS[flood])), spec, limits)
    assert {cell.points for cell in result.cells} == {0}
    # What the grader does not take fills the kernel's own memory.
    assert result.problem in (
        "The cells printed and drew more than 1 MiB.",
        "The notebook needed more than 500 MiB of memory.",
    )
    assert sum(len(str(cell.get("outputs"))) for cell in result.notebook.cells) < 10_000
    assert psutil.Process().memory_info().rss - before < 300 * 2**20


def test_its_outputs_are_those_that_jupyter_keeps(spec: Spec) -> None:
    source = (
        "import sys\nfrom IPython.display import HTML, display, update_display\n"
        "print('one'); print('two', file=sys.stderr)\n"
        "display(HTML('<b>three</b>'), display_id='a', metadata={'text/html': {'isolated': True}})\n"
        "update_display(HTML('<b>four</b>'), display_id='a')\n"
        "def double(x): return 2 * x\ndouble(21)"
    )
    outputs = grade(as_bytes(handed_in(spec, double=source)), spec).notebook.cells[0].outputs
    shown = {output.output_type: output for output in outputs}
    assert {output.name: output.text for output in outputs if "name" in output} == {
        "stdout": "one\n",
        "stderr": "two\n",
    }
    assert shown["display_data"].data["text/html"] == "<b>four</b>"
    assert (shown["execute_result"].data, shown["execute_result"].execution_count) == (
        {"text/plain": "42"},
        1,
    )


@pytest.mark.skipif(not compiled(), reason="needs libseccomp")
def test_a_kernel_is_refused_what_no_notebook_needs(spec: Spec) -> None:
    source = (
        "import ctypes\nprint(ctypes.CDLL(None).unshare(0x10000000), ctypes.CDLL(None).memfd_create(b'', 0))"
    )
    result = grade(as_bytes(handed_in(spec, double=source)), spec)
    assert result.notebook.cells[0].outputs[0].text == "-1 -1\n"


def running_command_lines() -> list[str]:
    """Those of all child processes; one that ends while it is looked at has none any more."""
    lines = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(" ".join(child.cmdline()))
    return lines


def test_a_kernel_that_is_not_installed_is_named(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "")
    with pytest.raises(StartError, match="octave"):
        grade(as_bytes(handed_in(spec)), spec)
