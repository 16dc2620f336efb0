"""The students' zip alone, as a student uses it: unpacked into an empty folder, installed, opened offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, UV, run_course

NAME = "training-neural-networks"
OPENED = """
import json, sys
import nbformat
from nbclient import NotebookClient
from pathlib import Path

LOOK = '''
import json, os, importlib.util, helpers
from helpers.data import locate
found = [importlib.util.find_spec(name) is not None for name in ("grader", "nbgrader")]
print(json.dumps([helpers.__file__, found, locate("mnist").kind, locate("mnist").place, "COURSE_DATA" in os.environ]))
'''
folder = Path("notebooks", "02_loss_function")
notebook = nbformat.read(folder / "02_loss_function.ipynb", as_version=4)
code = [cell for cell in notebook.cells if cell.cell_type == "code"][:2]
notebook.cells = [*code, nbformat.v4.new_code_cell(LOOK)]
NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
print([output["text"] for output in notebook.cells[-1].outputs if output["name"] == "stdout"][-1])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The zip, with data, unpacked twice over itself where the path has spaces and accents."""
    course = tmp_path / "course"
    for name in ("source", "notebooks", "helpers", "student"):
        shutil.copytree(ROOT / name, course / name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    with_data = ["--with-data"] if os.environ.get("COURSE_DATA") else []
    result = run_course("bundle", *with_data, cwd=course)
    assert result.returncode == 0, result.stderr
    place = tmp_path / "Kurs Übung é"
    for _ in range(2):
        shutil.unpack_archive(course / f"{NAME}.zip", place)
    shutil.rmtree(course)
    return place / NAME


def install_quickly(folder: Path) -> None:
    """What install.py does, with an installer that need not unpack what it has unpacked before."""
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, ".venv"], cwd=folder, check=True)
    for what in (
        ["--require-hashes", "-r", "requirements.txt"],
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ):
        python = str(folder / ".venv" / "bin" / "python")
        subprocess.run([UV, "pip", "install", "--quiet", "--python", python, *what], cwd=folder, check=True)


def install_as_a_student(folder: Path) -> None:
    """Run install.py, twice: it mends what is missing, and does not mind what is there."""
    for _ in range(2):
        made = subprocess.run(
            [sys.executable, "install.py"], cwd=folder, check=True, capture_output=True, text=True
        )
        assert made.stdout.endswith(".venv/bin/python -m jupyterlab notebooks\n")


@pytest.mark.usefixtures("package_index")
@pytest.mark.parametrize(
    "install", [install_quickly, pytest.param(install_as_a_student, marks=pytest.mark.slow)]
)
def test_it_installs_and_opens_offline_from_the_zip_alone(
    install: Callable[[Path], None], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_data = "COURSE_DATA" in os.environ
    for name in ("COURSE_DATA", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    install(folder)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    offline = ["bwrap", "--dev-bind", "/", "/", "--unshare-net"] if shutil.which("bwrap") else []
    opened = subprocess.run(
        [*offline, folder / ".venv" / "bin" / "python", "-c", OPENED],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert opened.returncode == 0, opened.stderr
    kind, place = "stand-in", str(home)
    if with_data:
        kind, place = "folder", str(folder / "data" / "mnist" / "mnist.npz")
    told = json.loads(opened.stdout)
    assert told[:3] == [str(folder / "helpers" / "__init__.py"), [False, False], kind]
    assert told[3].startswith(place)
    assert told[4] is False
