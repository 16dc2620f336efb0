"""A backup brings everything back as it was, or is refused and changes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.course import Course
from grader.classroom.grading_lock import grading_lock
from grader.desk.keeping.backup import back_up
from grader.desk.keeping.restore import restore
from grader.errors import CourseError
from tests.course_here import run_course
from tests.grader.desk.keeping.contents import FOLDERS, files, rows, sqlite


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


def emptied(course: Path) -> Path:
    """The course on another machine: its lessons and settings, nothing of students."""
    for folder in FOLDERS:
        shutil.rmtree(course / folder)
    (course / "gradebook.db").unlink()
    return course


def test_what_was_backed_up_comes_back_and_grading_goes_on(kept_course: Path, tmp_path: Path) -> None:
    files_before, rows_before = files(kept_course), rows(sqlite(kept_course))
    backup = tmp_path / "elsewhere" / "mine.zip"
    backup.parent.mkdir()
    (kept_course / "submitted" / "ada" / "link").symlink_to("/etc/passwd")
    made = run_course("backup", backup, cwd=kept_course)
    assert made.returncode == 0, made.stderr
    assert "link" in made.stderr
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    again = run_course("backup", backup, cwd=kept_course)
    assert again.returncode == 1
    assert "exists already" in again.stderr

    emptied(kept_course)
    restored = run_course("restore", backup, cwd=kept_course)
    assert restored.returncode == 0, restored.stderr
    assert files(kept_course) == files_before
    assert rows(sqlite(kept_course)) == rows_before
    assert not (kept_course / ".restore").exists()
    graded = run_course("grade", cwd=kept_course)
    assert "3 unchanged" in graded.stdout, graded.stderr


def test_a_folder_that_is_not_there_is_no_file_for_a_backup(kept_course: Path, tmp_path: Path) -> None:
    result = run_course("backup", f"{tmp_path}/disk/", cwd=kept_course)
    assert result.returncode == 1
    assert result.stderr == (
        f"There is no folder {tmp_path}/disk, and the name of a backup ends in .zip. Create the folder first, "
        f"or name a file: course backup {tmp_path}/disk.zip\n"
    )
    assert not (tmp_path / "disk").exists()


def test_a_backup_is_taken_while_formgrader_saves_a_mark(kept_course: Path, tmp_path: Path) -> None:
    with sqlite3.connect(kept_course / "gradebook.db") as formgrader:
        formgrader.execute("UPDATE grade SET manual_score = 77")
        back_up(Course.at(kept_course), tmp_path / "mine.zip", quiet)
        formgrader.rollback()
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        archive.extract("gradebook.db", tmp_path)
    assert rows(f"sqlite:///{tmp_path / 'gradebook.db'}") == rows(sqlite(kept_course))


def test_it_replaces_nothing_unless_told_to(kept_course: Path, tmp_path: Path) -> None:
    course = Course.at(kept_course)
    made = back_up(course, tmp_path, quiet)
    before, rows_before = files(kept_course), rows(sqlite(kept_course))
    run_course("forget", "ada", "--yes", cwd=kept_course)
    after = files(kept_course)
    with pytest.raises(CourseError, match="--replace"):
        restore(course, made.path, quiet)
    assert files(kept_course) == after
    restore(course, made.path, quiet, replace=True)
    assert files(kept_course) == before
    assert rows(sqlite(kept_course)) == rows_before


def test_a_damaged_gradebook_is_one_line_and_a_backup_mends_it(kept_course: Path, tmp_path: Path) -> None:
    course = Course.at(kept_course)
    made = back_up(course, tmp_path, quiet)
    rows_before = rows(sqlite(kept_course))
    gradebook = kept_course / "gradebook.db"
    gradebook.write_bytes(b"This is not the gradebook that you are looking for. " * 100)
    before = files(kept_course)
    for command in (
        ["backup", "b.zip"],
        ["forget", "ada", "--yes"],
        ["move-gradebook", "sqlite:///new.db"],
        ["collect", "submitted"],
        ["feedback"],
        ["export"],
    ):
        result = run_course(*command, cwd=kept_course)
        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1
        assert "damaged" in result.stderr
    assert files(kept_course) == before
    assert not (kept_course / "b.zip").exists()
    assert not (kept_course / "new.db").exists()
    restore(course, made.path, quiet, replace=True)
    assert rows(sqlite(kept_course)) == rows_before


@pytest.mark.parametrize("is_there", [False, True])
def test_a_missing_or_empty_gradebook_is_named_and_what_a_killed_backup_left_is_removed(
    kept_course: Path, is_there: bool
) -> None:
    (kept_course / "gradebook.db").unlink()
    if is_there:
        (kept_course / "gradebook.db").touch()
    (kept_course / "backups").mkdir()
    left = kept_course / "backups" / f".{Course.at(kept_course).name}-2026-01-01-120000.zip.partial"
    left.touch()
    result = run_course("backup", cwd=kept_course)
    assert result.returncode == 0
    assert (
        f"Left out: the marks: the gradebook {kept_course}/gradebook.db is missing or empty" in result.stderr
    )
    assert [path.suffix for path in (kept_course / "backups").iterdir()] == [".zip"]
    assert "is missing" in run_course("doctor", cwd=kept_course).stdout


def test_a_full_disk_is_one_line_and_leaves_nothing(kept_course: Path, tmp_path: Path) -> None:
    made = back_up(Course.at(kept_course), tmp_path / "mine.zip", quiet)
    before = files(kept_course)
    # Files may have ten kilobytes, as if the disk had room for no more.
    course = Path(sys.executable).parent / "course"
    for command in ("backup other.zip", f"restore {made.path} --replace"):
        result = subprocess.run(
            ["bash", "-c", f"ulimit -f 10; {course} {command}"],
            cwd=kept_course, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert files(kept_course) == before
    assert not [path.name for path in kept_course.iterdir() if "other" in path.name or "restore" in path.name]


KILLED = """
import os, sys
from pathlib import Path
from grader.classroom.course import Course
from grader.desk.keeping import restore
left = int(sys.argv[2])
rename = Path.rename
def counted(path, target):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    return rename(path, target)
Path.rename = counted
restore.restore(Course.at(Path()), Path(sys.argv[1]), lambda done, total: None, replace=True)
"""


def test_a_restore_that_is_killed_is_undone_by_the_next(kept_course: Path, tmp_path: Path) -> None:
    course = Course.at(kept_course)
    made = back_up(course, tmp_path / "mine.zip", quiet)
    run_course("forget", "ada", "--yes", cwd=kept_course)
    before = files(kept_course)
    for moves in (1, 4, 9):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, made.path, str(moves)], cwd=kept_course, check=False
        )
        assert killed.returncode == 9
        assert files(kept_course) != before
        with pytest.raises(CourseError, match="stopped half-way"), grading_lock(course):
            pass
        with pytest.raises(CourseError, match="--replace"):
            restore(course, made.path, quiet)
        assert files(kept_course) == before


Change = Callable[[Path], None]


def rewritten(
    backup: Path, change: Callable[[dict[str, bytes]], object], *, kind: int = stat.S_IFREG
) -> None:
    """Write an archive again with other files in it, under their right names in its list."""
    with zipfile.ZipFile(backup) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in content.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, written)


def with_list(backup: Path, change: Callable[[dict[str, Any]], object]) -> None:
    def changed(content: dict[str, bytes]) -> None:
        listed = json.loads(content["backup.json"])
        change(listed)
        content["backup.json"] = json.dumps(listed).encode()

    rewritten(backup, changed)


def with_file(name: str, listed: object = None, content: bytes = b"x") -> Change:
    """An archive with one more file, and what its list says of it."""
    fits = {"size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}

    def change(backup: Path) -> None:
        def both(found: dict[str, bytes]) -> None:
            manifest = json.loads(found["backup.json"])
            manifest["files"][name] = listed or fits
            found["backup.json"] = json.dumps(manifest).encode()
            found[name] = content

        rewritten(backup, both)

    return change


def cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def flip(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[2000] ^= 0xFF
    backup.write_bytes(content)


def twice(backup: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("gradebook.db", b"another")


def with_trigger(backup: Path) -> None:
    folder = backup.parent
    with zipfile.ZipFile(backup) as archive:
        archive.extract("gradebook.db", folder)
    with sqlite3.connect(folder / "gradebook.db") as connection:
        connection.execute("CREATE TRIGGER mine AFTER INSERT ON grade BEGIN DELETE FROM student; END")
    content = (folder / "gradebook.db").read_bytes()
    listed = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    with_file("gradebook.db", listed, content)(backup)


ZEROS = bytes(5_000_000)
BAD = {
    "ends early": (cut, "not a whole backup"),
    "a damaged byte": (flip, "not"),
    "no zip": (lambda path: path.write_text("hello"), "not a whole backup"),
    "another zip": (
        lambda path: rewritten(path, lambda found: found.pop("backup.json")),
        "not a backup of a course",
    ),
    "up": (with_file("submitted/../../evil"), "leads out of its folder"),
    "absolute": (with_file("/tmp/evil"), "in no folder of a course"),
    "elsewhere": (with_file("source/01_small/evil.py"), "in no folder of a course"),
    "the configuration": (with_file("nbgrader_config.py"), "in no folder of a course"),
    "backslash": (with_file("submitted/..\\evil"), "leads out of its folder"),
    "a run of ours": (with_file("reports/01_small/.own_run"), "no part of a backup"),
    "the lock": (with_file("reports/.lock"), "no part of a backup"),
    "file and folder": (with_file("submitted/ada"), "as a file and as a folder"),
    "links": (lambda path: rewritten(path, lambda _: None, kind=stat.S_IFLNK), "is a link"),
    "unlisted": (
        lambda path: rewritten(path, lambda found: found.update({"submitted/x": b""})),
        "not in its list",
    ),
    "missing": (
        lambda path: with_list(
            path, lambda it: it["files"].update({"submitted/x": {"size": 1, "sha256": ""}})
        ),
        "not in it",
    ),
    "other content": (with_file("submitted/x", {"size": 1, "sha256": "0"}), "not what was backed up"),
    "a bomb": (with_file("submitted/x", {"size": 1, "sha256": "0"}, ZEROS), "another size"),
    "a vast bomb": (
        lambda path: with_list(path, lambda it: it["files"]["gradebook.db"].update({"size": 10**15})),
        "another size",
    ),
    "twice": (twice, "twice"),
    "a newer format": (lambda path: with_list(path, lambda it: it.update({"format": 2})), "format 2"),
    "an odd list": (lambda path: with_list(path, lambda it: it.update({"files": []})), "cannot be read"),
    "a deep list": (
        lambda path: rewritten(path, lambda found: found.update({"backup.json": b"[" * 100_000})),
        "cannot be read",
    ),
    "a gradebook that is none": (with_file("gradebook.db"), "damaged"),
    "a gradebook with a trigger": (with_trigger, "trigger"),
}


@pytest.fixture(scope="module")
def made(_kept_course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A course, and a backup of it."""
    folder = tmp_path_factory.mktemp("archives")
    course = Path(shutil.copytree(_kept_course, folder / "course"))
    return course, back_up(Course.at(course), folder / "mine.zip", quiet).path


@pytest.mark.parametrize("what", BAD)
def test_other_archives_are_refused_in_one_line_and_change_nothing(
    what: str, made: tuple[Path, Path], tmp_path: Path
) -> None:
    course, backup = made
    before, rows_before = files(course), rows(sqlite(course))
    spoilt = Path(shutil.copy(backup, tmp_path / "spoilt.zip"))
    change, said = BAD[what]
    change(spoilt)
    with pytest.raises(CourseError, match=said) as refused:
        restore(Course.at(course), spoilt, quiet, replace=True)
    assert "\n" not in str(refused.value)
    assert files(course) == before
    assert rows(sqlite(course)) == rows_before
    assert not (course / ".restore").exists()
    assert not list(course.glob(".gradebook*"))
