"""What tests of several rooms share: the project's folder, and course folders that a test may spoil."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.executor.settings import ONE_THREAD
from tests.postgresql import POSTGRES, postgresql_server

# There is a worker for each core: with more threads they would take turns. TensorFlow reads it on import.
os.environ.update(ONE_THREAD)

ROOT = Path(__file__).resolve().parent.parent
UV = str(Path(sys.executable).parent / "uv")
LESSONS = sorted(folder.name for folder in (ROOT / "source").iterdir() if folder.is_dir())


# What runs submissions.
BEHIND_THE_WALL = ("tests/grader/", "tests/browser/", "tests/test_true_marks.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what runs submissions where there is no bubblewrap."""
    if shutil.which("bwrap") is None:
        for item in items:
            if item.nodeid.startswith(BEHIND_THE_WALL):
                item.add_marker(pytest.mark.skip(reason="bubblewrap is missing: apt-get install bubblewrap"))


def run_course(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the `course` command as a person does, from a folder; never raises for its exit code."""
    course = Path(sys.executable).parent / "course"
    # Wide enough for any path: tables are cut to the terminal's width, which a test has none of.
    environment = {**os.environ, "COLUMNS": "250"}
    return subprocess.run(
        [course, *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture(scope="session")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip what asks a package index where none answers."""
    target = tmp_path_factory.mktemp("index") / "target"
    command = [UV, "pip", "install", "--dry-run", "--no-deps", "--no-cache", "--target", str(target), "wheel"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no package index answers")


@pytest.fixture
def copied_course(tmp_path: Path) -> Path:
    """The course's sources and settings in a folder of their own, with nothing handed in."""
    folder = tmp_path / "course"
    shutil.copytree(ROOT / "source", folder / "source")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server of this test's own."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    with postgresql_server(tmp_path / "postgresql") as url:
        yield url


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of the real course: the folder of its site, which tests leave as it is."""
    pytest.importorskip("sphinx_book_theme", reason="what makes a book is not installed")
    from tests.book_site import written_book

    return written_book(tmp_path_factory)
