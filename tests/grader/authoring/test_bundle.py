"""The zip for students: complete, always the same bytes, and nothing in it that gives marks away."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from grader.authoring.bundle import student_files, write_zip
from grader.classroom.course import Course
from grader.errors import CourseError
from tests import conftest
from tests.conftest import LESSONS, ROOT
from tests.course_here import run_course
from tests.grader.authoring.student_course import (
    add_what_students_need,
    answers,
    code_lines,
    hidden_cases,
    long_lines,
    shown,
    slips,
    solutions,
    visible_cases,
    without_advice,
)
from tests.grader.conftest import lesson_of
from tests.helpers.sample_data import sample, write_idx, write_npz

NAME = "training-neural-networks"
# In the folder that the zip makes.
TOP = {
    *(".github", ".gitignore", "START.html", "install.py", "environment.yml", "pyproject.toml"),
    *("requirements.txt", "constraints.txt", "helpers", "notebooks"),
}


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        assert all(name.startswith(f"{NAME}/") and ".." not in name for name in names)
        return {name.removeprefix(f"{NAME}/"): archive.read(name) for name in names}


@pytest.fixture(scope="module")
def real_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the zip is made from, and what must not come along, with things left over by programs."""
    folder = tmp_path_factory.mktemp("real") / "course"
    for name in ("source", "notebooks", "helpers", "student"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for left_over in (
        *("helpers/__pycache__/x.py", "helpers/solutions.txt", "helpers/.ipynb_checkpoints/x.py"),
        *("student/.DS_Store", "student/x.egg-info/PKG-INFO", "notebooks/01_neurons/mine.ipynb"),
    ):
        (folder / left_over).parent.mkdir(exist_ok=True)
        (folder / left_over).write_text("left over", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def files(real_course: Path) -> dict[str, bytes]:
    """What is in the zip of the real course, by path below the folder that it makes."""
    result = run_course("bundle", cwd=real_course)
    assert result.returncode == 0, result.stderr
    return unpacked(real_course / f"{NAME}.zip")


@pytest.fixture
def small(released_course: Path) -> Path:
    return add_what_students_need(released_course)


def test_it_holds_what_students_need_and_nothing_else(files: dict[str, bytes]) -> None:
    assert {name.partition("/")[0] for name in files} == TOP
    notebooks = {name for name in files if name.startswith("notebooks/")}
    assert notebooks == {
        "notebooks/glossary.ipynb",
        *(f"notebooks/{lesson}/{lesson}.ipynb" for lesson in LESSONS),
    }
    tracked = subprocess.run(
        ["git", "ls-files", "helpers"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert {name for name in files if name.startswith("helpers/")} >= set(tracked)
    assert b"left over" not in files.values()


def test_its_notebooks_are_the_released_ones(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.startswith("notebooks/"):
            assert content == (ROOT / name).read_bytes()


def test_no_file_names_the_grader_or_what_only_instructors_have(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        text = content.decode("utf-8")
        assert not re.search(r"^\s*(import|from) (grader|nbgrader|suites)\b", text, re.MULTILINE), name
        assert not any(marker in text for marker in ("BEGIN SOLUTION", "HIDDEN TESTS", "check_hidden(\\n")), (
            name
        )
    pins = re.findall(r"^([a-z0-9._-]+)==", files["requirements.txt"].decode(), re.MULTILINE)
    assert {"tensorflow", "jupyterlab", "numpy"} <= set(pins)
    assert {"nbgrader", "dask", "distributed", "pytest", "sqlalchemy"}.isdisjoint(pins)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_code_in_it_is_a_solution_a_slip_or_an_answer(lesson: str, files: dict[str, bytes]) -> None:
    folder = ROOT / "source" / lesson
    own = f"notebooks/{lesson}/{lesson}.ipynb"
    looked_at = [own, *(name for name in files if name.startswith("helpers/"))]
    secret = {*solutions(folder), *slips(folder)}
    whole = set(answers(folder))
    assert whole
    for name in looked_at:
        text = files[name].decode("utf-8")
        if name.endswith(".json"):
            assert [line for line in secret if line in without_advice(text)] == [], name
            continue
        cells = nbformat.reads(text, as_version=4).cells if name == own else []
        sources = [cell.source for cell in cells if cell.cell_type == "code"] if name == own else [text]
        lines = [line for source in sources for line in code_lines(source)]
        told = [line for line in secret if any(line in each for each in lines)]
        if name == own:
            told = [line for line in told if not any(line in each for each in shown(folder))]
        assert told == [], name
        assert [answer for answer in whole if answer in " ".join(lines)] == [], name


def test_what_is_looked_for_is_found_where_it_is() -> None:
    lesson = ROOT / "source" / "02_loss_function"
    text = (lesson / "02_loss_function.py").read_text(encoding="utf-8")
    shown = {line for block in text.split("# %%") for line in code_lines("\n".join(block.split("\n")[1:]))}
    assert set(solutions(lesson)) & shown
    assert len({*slips(lesson)}) > 20
    assert len({*answers(lesson)}) > 50
    assert [*long_lines("def f(x):\n  return np.mean( (x-1)**2 ) + 'text'")] == [
        "return np.mean((x - 1) ** 2) + ''"
    ]


def test_no_hidden_case_is_in_a_table(files: dict[str, bytes]) -> None:
    visible = [
        (exercise, case["arguments"])
        for name, content in files.items()
        if name.endswith("exercises.json")
        for exercise, case in visible_cases(content.decode())
        if case.get("arguments")
    ]
    hidden = [each for lesson in LESSONS for each in hidden_cases(ROOT / "source" / lesson)]
    assert len(visible) > 20
    assert len(hidden) > 20
    assert [exercise for exercise, case in hidden if (exercise, case.get("arguments")) in visible] == []


def test_the_same_course_makes_the_same_bytes(small: Path) -> None:
    made = []
    for mask in (0o022, 0o077):
        before = os.umask(mask)
        try:
            assert conftest.run_course("bundle", cwd=small).returncode == 0
        finally:
            os.umask(before)
        made.append((small / f"{NAME}.zip").read_bytes())
        for path in small.rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
    assert made[0] == made[1]


def test_a_part_of_the_lessons_can_be_packed(small: Path) -> None:
    shutil.rmtree(small / "notebooks" / "02_other")
    assert run_course("bundle", "01_small", cwd=small).returncode == 0
    packed = unpacked(small / f"{NAME}-01_small.zip")
    assert "notebooks/01_small/01_small.ipynb" in packed
    assert not (small / f"{NAME}.zip").exists()
    result = run_course("bundle", "01_small", "--output", "week1.zip", cwd=small)
    assert result.returncode == 0, result.stderr
    assert unpacked(small / "week1.zip") == packed
    result = run_course("bundle", "01_small", "--output", "week1", cwd=small)
    assert result.returncode == 1
    assert "week1 is not a name for the zip." in result.stderr


def forget_release(course: Path) -> None:
    (course / "notebooks" / "01_small" / "01_small.ipynb").unlink()


def solve_in_release(course: Path) -> None:
    path = course / "notebooks" / "01_small" / "01_small.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("raise NotDoneYet", "return 2 * x #"), "utf-8")


def change_text(course: Path) -> None:
    path = lesson_of(course).text_path
    path.write_text(path.read_text(encoding="utf-8").replace("2 + 3", "2 + 4"), encoding="utf-8")


def change_page(course: Path) -> None:
    (course / "source" / "glossary.md").write_text("# Glossary\n", encoding="utf-8")


def forget_helpers(course: Path) -> None:
    shutil.rmtree(course / "helpers")


def put_folder_in_the_way(course: Path) -> None:
    (course / f"{NAME}.zip").mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            forget_release,
            "01_small.ipynb is missing: it has not been released yet. Run: course release 01_small",
        ),
        (solve_in_release, "is not what a release makes now. Run: course release 01_small"),
        (change_text, "Build it first: course build 01_small"),
        (change_page, "glossary.ipynb is missing: it has not been released yet. Run: course release"),
        (forget_helpers, "has no folder helpers/, which students need."),
        (put_folder_in_the_way, f"{NAME}.zip cannot be written: Is a directory."),
    ],
)
def test_it_refuses_what_is_not_released_as_it_is(
    spoil: Callable[[Path], None], says: str, small: Path
) -> None:
    spoil(small)
    course = Course.at(small)
    with pytest.raises(CourseError, match=re.escape(says)) as caught:
        write_zip(small / f"{NAME}.zip", student_files(course, course.lessons), NAME)
    assert "\n" not in str(caught.value)
    assert not list(small.glob(".*.partial"))


def test_a_refusal_is_one_line_and_writes_nothing(small: Path) -> None:
    solve_in_release(small)
    result = run_course("bundle", cwd=small)
    assert result.returncode == 1
    path = small / "notebooks" / "01_small" / "01_small.ipynb"
    assert result.stderr == f"{path} is not what a release makes now. Run: course release 01_small\n"
    assert not (small / f"{NAME}.zip").exists()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only data sets are in the folder that is returned, named by COURSE_DATA."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data = tmp_path / "data sets"
    monkeypatch.setenv("COURSE_DATA", str(data))
    write_idx(data / "fashion-mnist", sample(1), packed=True)
    write_npz(data / "mnist.npz", sample(2))
    return data


def name_data_sets(course: Path) -> None:
    """Let the lessons name image sets. Without its text, a lesson counts as it is."""
    for lesson, name in (("01_small", "fashion_mnist"), ("02_other", "mnist")):
        for path in course.glob(f"*/{lesson}/{lesson}.ipynb"):
            path.write_text(path.read_text(encoding="utf-8").replace('"digits"', f'"{name}"'), "utf-8")
        (course / "source" / lesson / f"{lesson}.py").unlink()


def located(folder: Path) -> list[list[str]]:
    """What the unpacked course says of two data sets, where no variable names a folder."""
    script = (
        "import json; from helpers.data import locate\n"
        "print(json.dumps([[locate(n).kind, locate(n).place] for n in ('fashion_mnist', 'mnist')]))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_DATA"}
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "PYTHONPATH": str(folder)},
        cwd=folder / "notebooks",
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(told.stdout))


def test_data_come_along_and_are_found_where_the_zip_was_unpacked(
    small: Path, bare: Path, tmp_path: Path
) -> None:
    shutil.rmtree(small / "helpers")
    shutil.copytree(ROOT / "helpers", small / "helpers")
    name_data_sets(small)
    result = run_course("bundle", "--with-data", cwd=small)
    assert result.returncode == 0, result.stderr
    shutil.rmtree(bare)
    place = tmp_path / "Kurs Übung é"
    # Unpacked twice over itself.
    for _ in range(2):
        shutil.unpack_archive(small / f"{NAME}.zip", place)
    folder = place / NAME
    assert (folder / "data" / "LICENCES.txt").is_file()
    assert located(folder) == [
        ["folder", str(folder / "data" / "fashion_mnist")],
        ["folder", str(folder / "data" / "mnist" / "mnist.npz")],
    ]
    damaged = folder / "data" / "mnist" / "mnist.npz"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    with pytest.raises(subprocess.CalledProcessError) as caught:
        located(folder)
    assert f"{damaged}: damaged or incomplete" in caught.value.stderr.splitlines()[-1]


def test_data_that_are_missing_or_damaged_are_one_line(small: Path, bare: Path) -> None:
    name_data_sets(small)
    (bare / "mnist.npz").write_bytes((bare / "mnist.npz").read_bytes()[:1000])
    result = run_course("bundle", "--with-data", cwd=small)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "mnist.npz: damaged or incomplete" in result.stderr
    (bare / "mnist.npz").unlink()
    result = run_course("bundle", "--with-data", cwd=small)
    assert result.returncode == 1
    assert result.stderr == "This machine does not have mnist. Get it first: course data\n"
    assert not (small / f"{NAME}.zip").exists()


def test_the_guide_is_a_page_that_loads_nothing(files: dict[str, bytes]) -> None:
    page = files["START.html"].decode("utf-8")
    assert "<title>Training neural networks: start here</title>" in page
    assert "conda env create --file environment.yml" in page
    assert "py install.py" in page
    assert not re.search(r"<(script|link|img|iframe)|\bsrc=|@import|url\(", page)
    assert re.findall(r'href="([^"]*)"', page) == ["https://www.python.org/downloads/"]
    for name in re.findall(r"<code>(\w+\.(?:py|yml))</code>", page):
        assert name in files


@pytest.mark.parametrize(
    ("pretend", "says"),
    [
        ("sys.version_info = (3, 9, 18)", "This is Python 3.9; the course needs 3.11, 3.12 or 3.13."),
        ("sys.version_info = (3, 14, 0)", "This is Python 3.14; the course needs 3.11, 3.12 or 3.13."),
        ("sys.maxsize = 2**31 - 1", "This is a 32-bit Python; TensorFlow needs a 64-bit one."),
        (
            "import platform; sys.platform = 'darwin'; platform.machine = lambda: 'x86_64'",
            "TensorFlow no longer supports Macs with an Intel processor.",
        ),
        ("pass", "helpers is missing beside install.py. Unpack the whole zip"),
    ],
)
def test_installing_where_it_cannot_work_is_one_sentence(pretend: str, says: str) -> None:
    script = f"import runpy, sys\n{pretend}\nrunpy.run_path('install.py', run_name='__main__')"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "student", capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.startswith(says)
    assert result.stderr.count("\n") == 1
    assert not (ROOT / "student" / ".venv").exists()
