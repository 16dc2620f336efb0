"""Bring back what a backup holds: all of it is unpacked and checked before anything is replaced."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from grader.atomic import write_text
from grader.classroom.course import Course
from grader.classroom.database import file_of, newest_schema
from grader.classroom.grading_lock import LOCK, grading_lock, interrupted_restore
from grader.desk.keeping.archive import GRADEBOOK, Manifest, Progress, opened, read_manifest, unpack
from grader.desk.keeping.databases import (
    check_file,
    engine_at,
    is_there,
    make_gradebook,
    refuse_other_schema,
    replace_rows,
    rows_in,
    schema_of,
    shown,
)
from grader.desk.keeping.places import PLACES
from grader.errors import CourseError
from grader.sentences import counted

SECONDS_TO_WAIT_FOR_FORMGRADER = 10


def restore(course: Course, path: Path, progress: Progress, *, replace: bool = False) -> Manifest:
    """Put a backup's gradebook and folders into a course.

    replace: whether it may take the place of what students have handed in here, and of their marks. progress:
    told how many files are unpacked, of how many. Returns what the backup says of itself. Raises CourseError;
    then the course is as it was. One that was killed while it put things in place is undone by the next one.
    """
    with opened(path) as archive:
        manifest = read_manifest(path, archive, [place.name for place in PLACES])
        with grading_lock(course, restoring=True):
            swap = _Swap(course)
            try:
                swap.undo()
                if not replace:
                    _refuse_to_overwrite(course)
                swap.begin()
                unpack(path, archive, manifest, swap.new, progress)
                _restore_all(course, path, manifest, swap)
            except OSError as error:
                raise CourseError(
                    f"{error.filename or course.root} cannot be written: {error.strerror or error}. "
                    "Nothing was changed."
                ) from None
            finally:
                swap.undo()
    return manifest


def _restore_all(course: Course, path: Path, manifest: Manifest, swap: _Swap) -> None:
    enter_gradebook = _prepared_gradebook(course, path, manifest, swap)
    swap.put_in_place()
    enter_gradebook()
    swap.finish()


def _refuse_to_overwrite(course: Course) -> None:
    there = []
    if is_there(course.gradebook_url):
        with engine_at(course.gradebook_url) as engine, engine.connect() as connection:
            submissions = rows_in(connection, "submitted_assignment")
        if submissions:
            there.append(f"{counted(submissions, 'submission')} in the gradebook")
    for place in PLACES:
        folder = place.path(course)
        if folder.is_dir() and any(each.is_dir() and any(each.glob("[!.]*")) for each in folder.iterdir()):
            there.append(str(folder))
    if there:
        raise CourseError(
            f"There are hand-ins or marks already: {', '.join(there)}. Make a backup of them (course "
            "backup), then say --replace to put this one in their place."
        )


class _Swap:
    """The exchange of a course's folders with those of a backup, which can be undone until it is finished.

    new: what was unpacked. What was in the folders is kept beside it until the end.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._mark = interrupted_restore(course)
        self._folder = self._mark.parent
        self.new, self._old = self._folder / "new", self._folder / "old"

    def begin(self) -> None:
        """Make room for what is unpacked. Raises CourseError."""
        self._folder.mkdir(mode=0o700)
        self.new.mkdir()
        for place in PLACES:
            folder = place.path(self._course)
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_dev != self._folder.stat().st_dev:
                raise CourseError(
                    f"{folder} is on another disk than {self._course.root}, so nothing can be put in place "
                    "in one step. Restore into a copy of the course, and move the folder from there."
                )

    def put_in_place(self) -> None:
        """Exchange what is in the folders; the folders themselves stay, and so does the lock."""
        names = {place.name: _content(self.new / place.name) for place in PLACES}
        write_text(self._mark, json.dumps(names))
        for place in PLACES:
            folder, old = place.path(self._course), self._old / place.name
            old.mkdir(parents=True)
            _move(_content(folder), folder, old)
            _move(names[place.name], self.new / place.name, folder)

    def finish(self) -> None:
        """Keep what is in place now."""
        self._mark.unlink()

    def undo(self) -> None:
        """Put everything back unless it was finished, and remove what is not needed any more.

        Killed meanwhile, it can be called again.
        """
        if self._mark.exists():
            names = json.loads(self._mark.read_text(encoding="utf-8"))
            for place in PLACES:
                folder, new, old = place.path(self._course), self.new / place.name, self._old / place.name
                there = _content(new)
                _move([name for name in names[place.name] if name not in there], folder, new)
                _move(_content(old), old, folder)
            self._mark.unlink()
        shutil.rmtree(self._folder, ignore_errors=True)


def _content(folder: Path) -> list[str]:
    """The names in a folder, without the lock, which is held."""
    return sorted(path.name for path in folder.iterdir() if path.name != LOCK) if folder.is_dir() else []


def _move(names: Iterable[str], source: Path, target: Path) -> None:
    for name in names:
        (source / name).rename(target / name)


def _prepared_gradebook(course: Course, path: Path, manifest: Manifest, swap: _Swap) -> Callable[[], None]:
    """Check the gradebook of a backup, and return what puts its rows in place of the course's.

    The file itself is never taken over: its rows go into tables that nbgrader made. Raises CourseError.
    """
    unpacked = swap.new / GRADEBOOK
    url, backed_up = course.gradebook_url, f"sqlite:///{unpacked}"
    _refuse_other_files(path, unpacked)
    with engine_at(backed_up) as engine, engine.connect() as connection:
        if schema_of(connection) != newest_schema():
            raise CourseError(
                f"The gradebook in {path} is damaged, or of another version of nbgrader: it was made with "
                f"{manifest.versions.get('nbgrader', 'an unknown one')}. Install that one, then try again. "
                "Nothing was changed."
            )
    file = file_of(url)
    if file is None:
        make_gradebook(url)
        return lambda: _copy(backed_up, url)
    _refuse_if_used(file, url)
    made = file.with_name(f".{file.name}.restored")
    _remove(made)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        make_gradebook(f"sqlite:///{made}")
        _copy(backed_up, f"sqlite:///{made}")
    except BaseException:
        _remove(made)
        raise

    def put_in_place() -> None:
        # What SQLite keeps beside a file belongs to the one that goes.
        for ending in ("-journal", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        made.replace(file)

    return put_in_place


def _copy(source: str, target: str) -> None:
    with (
        engine_at(source) as backed_up,
        backed_up.connect() as read,
        engine_at(target) as engine,
        engine.begin() as written,
    ):
        refuse_other_schema(written, target)
        replace_rows(read, written, lambda _done, _total: None)


def _remove(file: Path) -> None:
    for ending in ("", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _refuse_other_files(path: Path, unpacked: Path) -> None:
    """Raise CourseError for a file that is not an SQLite database, is damaged, or holds more than tables."""
    try:
        with closing(sqlite3.connect(unpacked)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            kinds = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            check_file(connection)
    except sqlite3.DatabaseError as error:
        raise CourseError(f"The gradebook in {path} is damaged ({error}). Nothing was changed.") from None
    for kind, name, sql in kinds:
        if kind not in ("table", "index") or "VIRTUAL" in (sql or "").upper().partition("(")[0]:
            raise CourseError(
                f"The gradebook in {path} holds {name!r} ({kind}), which nbgrader never makes. Nothing was "
                "changed."
            )


def _refuse_if_used(file: Path, url: str) -> None:
    """Raise CourseError while somebody writes into a gradebook; a damaged one may be replaced."""
    if not file.is_file():
        return
    with closing(sqlite3.connect(file, timeout=SECONDS_TO_WAIT_FOR_FORMGRADER, isolation_level=None)) as used:
        try:
            used.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise CourseError(
                f"The gradebook {shown(url)} is in use ({error}). Close Formgrader, then try again. Nothing "
                "was changed."
            ) from None
        except sqlite3.DatabaseError:
            return
