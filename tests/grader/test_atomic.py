"""A file is replaced whole, whoever else writes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.atomic import write_bytes


def test_two_that_write_one_file_at_once_both_succeed(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            list(pool.map(lambda content: write_bytes(path, content), contents))
            assert path.read_bytes() in contents
    assert [each.name for each in tmp_path.iterdir()] == ["marks.csv"]


def test_what_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / ".marks.csv.partial").write_bytes(b"half of it, and longer than all of it is now")
    write_bytes(tmp_path / "marks.csv", b"all")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"marks.csv": b"all"}


def test_a_name_that_is_neither_short_nor_text_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 100 + "\udcff")
    write_bytes(path, b"1")
    assert path.read_bytes() == b"1"


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_bytes(path, b"1")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
