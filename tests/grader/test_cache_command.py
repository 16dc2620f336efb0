"""`course cache` says what is remembered of trainings, and forgets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.executor.trainings import Generator, Trained
from grader.grading.known_trainings import KnownTrainings, of_this_machine
from tests.course_here import run_course

TRAINED = Trained((), {"loss": ["0x1p-1"]}, (0,), {}, Generator(1, 3, (1, 2)), "", 1.0)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KnownTrainings:
    """The trainings of a machine that remembers none yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return of_this_machine()


def remember(known: KnownTrainings, count: int, size: int = 0) -> None:
    for number in range(count):
        assert known.put(f"{number:064x}", TRAINED, [bytes(size)])


def lines(*arguments: str) -> list[str]:
    result = run_course("cache", *arguments)
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return result.stdout.splitlines()


def refusal(*arguments: str) -> str:
    result = run_course("cache", *arguments)
    assert result.returncode == 1
    assert not result.stdout
    return result.stderr


def test_without_any_it_says_where_they_will_be(known: KnownTrainings) -> None:
    assert lines() == [
        f"No training is remembered. Grading will keep them in {known.folder}, up to 2,048 MiB."
    ]
    assert lines("--clear") == ["No training was remembered."]
    assert not known.folder.exists()


def test_it_says_how_many_there_are_and_forgets_them(known: KnownTrainings) -> None:
    remember(known, 3, size=2**20)
    assert lines() == [
        f"3 trainings are remembered in {known.folder}.",
        "They take 3.0 of 2,048 MiB. To forget all: course cache --clear",
    ]
    assert lines("--clear") == ["3 trainings are forgotten. Grading will repeat what it needs."]
    assert known.sizes() == []
    remember(known, 1)
    assert lines() == [
        f"1 training is remembered in {known.folder}.",
        "It takes 0.0 of 2,048 MiB. To forget all: course cache --clear",
    ]
    assert lines("--clear") == ["1 training is forgotten. Grading will repeat what it needs."]


@pytest.mark.parametrize("arguments", [[], ["--clear"]], ids=["show", "clear"])
@pytest.mark.parametrize("above", [0, 1], ids=["in its place", "above it"])
def test_a_file_where_the_folder_would_be_is_one_line(
    known: KnownTrainings, arguments: list[str], above: int
) -> None:
    place = [known.folder, *known.folder.parents][above]
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    assert refusal(*arguments) == (
        f"{known.folder} is not a folder, and no training can be kept there. "
        "Move away what is in its place.\n"
    )
    assert place.read_text() == "mine"


def test_of_a_read_only_folder_it_says_what_could_not_be_removed(known: KnownTrainings) -> None:
    remember(known, 2)
    folder = str(known.folder)
    course = str(Path(sys.executable).parent / "course")
    read_only = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", folder, folder, course, "cache"]
    shown = subprocess.run(read_only, capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("2 trainings are remembered")
    cleared = subprocess.run([*read_only, "--clear"], capture_output=True, text=True, check=False)
    assert cleared.returncode == 1
    assert cleared.stderr == (
        f"2 of 2 trainings in {folder} cannot be removed: Read-only file system. "
        "Fix that, then run the command again.\n"
    )
    assert len(known.sizes()) == 2
