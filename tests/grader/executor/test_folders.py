"""What a student's cells have made in their folder is copied for the judge, within limits."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.executor.folders import FOLDER, MOST_ENTRIES, copy_new_files


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "student", tmp_path / "judge"
    source.mkdir()
    target.mkdir()
    return source, target


def copied(source: Path, target: Path, seconds: float = 60) -> int:
    one, other = os.open(source, FOLDER), os.open(target, FOLDER)
    try:
        return copy_new_files(one, other, (), time.monotonic() + seconds)
    finally:
        os.close(one)
        os.close(other)


def test_new_files_are_copied_with_their_folders(folders: tuple[Path, Path]) -> None:
    source, target = folders
    (source / "made" / "deeper").mkdir(parents=True)
    (source / "made" / "deeper" / "a.txt").write_text("a")
    (source / "link.txt").symlink_to("/etc/passwd")
    assert copied(source, target) == 1
    assert (target / "made" / "deeper" / "a.txt").read_text() == "a"
    assert not (target / "link.txt").exists()


def test_a_folder_that_is_moved_ahead_of_the_one_who_looks_is_not_looked_at_for_ever(
    folders: tuple[Path, Path],
) -> None:
    source, target = folders
    holders = [source / f"holder{number:03}" for number in range(200)]
    for holder in holders:
        holder.mkdir()
    for number in range(500):
        (holders[0] / "big" / str(number)).mkdir(parents=True)
    with _moving(holders):
        started = time.monotonic()
        copied(source, target, seconds=1)
        assert time.monotonic() - started < 5


def test_looking_ends_in_time_and_after_so_many_folders(folders: tuple[Path, Path]) -> None:
    source, target = folders
    for number in range(MOST_ENTRIES // 100 + 1):
        for inner in range(100):
            (source / f"{number:04}" / str(inner)).mkdir(parents=True)
    (source / "first.txt").write_text("found, as it is on top")
    (source / "zzz").mkdir()
    (source / "zzz" / "last.txt").write_text("may be found or not: it depends on the order of folders")
    assert 1 <= copied(source, target) <= 2
    assert (target / "first.txt").exists()
    assert copied(source, target, seconds=-1) == 0


@contextmanager
def _moving(holders: list[Path]) -> Iterator[None]:
    ends = threading.Event()

    def move() -> None:
        place = 0
        while not ends.is_set():
            further = (place + 1) % len(holders)
            (holders[place] / "big").rename(holders[further] / "big")
            place = further
            time.sleep(0.005)

    mover = threading.Thread(target=move)
    mover.start()
    try:
        yield
    finally:
        ends.set()
        mover.join()
