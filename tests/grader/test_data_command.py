"""`course data`, and what commands say when COURSE_DATA leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course_here import run_course
from tests.grader.conftest import hand_in


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has no data set yet."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_data")
def test_it_shows_what_is_a_stand_in_and_its_exit_code_tells() -> None:
    result = run_course("data", "--no-fetch")
    rows = [line.split("│") for line in result.stdout.splitlines() if line.startswith("│")]
    assert [(name.strip(), source.strip()) for _, name, source, *_ in rows] == [
        ("fashion_mnist", "stand-in"),
        ("mnist", "stand-in"),
        ("digits", "package"),
    ]
    assert result.returncode == 1


def test_a_folder_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, released_course: Path
) -> None:
    missing = released_course / "missing"
    monkeypatch.setenv("COURSE_DATA", str(missing))
    lesson = released_course / "source" / "01_small" / "01_small.ipynb"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace('"digits"', '"mnist"'), encoding="utf-8")
    hand_in(released_course, "ada", "def double(x):\n    return 2 * x")
    for command in (["data"], ["grade", "01_small"]):
        result = run_course(*command, cwd=released_course)
        assert result.returncode == 1
        assert result.stderr.strip() == (
            f"COURSE_DATA names the folder {missing}, which does not exist. Correct it, or unset it."
        )
