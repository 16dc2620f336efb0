"""The file that keeps what the checks said last. It is the student's to read and to delete."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.desk.results import Result, result_from_data
from helpers.two_copies import HERE as COURSE

FILE = "my_progress.json"
ABOUT = (
    "What your checks said last, for show_progress(). It is yours: nobody else reads it. Delete it whenever "
    "you like."
)
# Writing takes a few milliseconds. A lock that is older was left by a kernel that has ended.
SECONDS_OF_A_LOCK = 1.0


def progress_file(notebook: Path) -> Path | None:
    """Where progress is kept for a notebook: in the course's folder, if the notebook is in it."""
    return COURSE / FILE if notebook.is_relative_to(COURSE / "notebooks") else None


def kept(path: Path) -> dict[str, dict[str, Result]]:
    """What is kept in a file, by lesson and exercise. What is damaged counts as not there."""
    try:
        lessons = json.loads(path.read_text(encoding="utf-8"))["lessons"]
        return {
            str(lesson): {
                str(exercise): result
                for exercise, data in exercises.items()
                if (result := result_from_data({**data, "exercise": exercise})) is not None
            }
            for lesson, exercises in lessons.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def keep(notebook: Path, lesson: str, result: Result) -> None:
    """Keep what a check said. Where the folder cannot be written, progress is not kept."""
    path = progress_file(notebook)
    if path is None:
        return
    now = datetime.now().isoformat(" ", "minutes")
    with suppress(OSError), _locked(path):
        lessons = kept(path)
        lessons.setdefault(lesson, {})[result.exercise] = replace(result, when=now)
        content = {
            name: {exercise: _data(each) for exercise, each in results.items()}
            for name, results in sorted(lessons.items())
        }
        _write(path, {"about": ABOUT, "lessons": content})


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other notebooks from writing the file in between. Raises OSError where nobody can write."""
    lock = path.with_name(f".{path.name}.lock")
    end = time.monotonic() + 3 * SECONDS_OF_A_LOCK
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except OSError as error:
            # Windows calls it a lack of permission while a file is being removed.
            if time.monotonic() > end or not (isinstance(error, FileExistsError) or os.name == "nt"):
                raise
        with suppress(OSError):  # it is gone, or still in use
            if time.time() - lock.stat().st_mtime > SECONDS_OF_A_LOCK:
                lock.unlink()
        time.sleep(0.01)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()


def _data(result: Result) -> dict[str, Any]:
    """What is worth keeping of a result; what it said in full is in the notebook."""
    data = result.as_data()
    del data["exercise"], data["message"]
    return {key: value for key, value in data.items() if value not in ("", None)}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace the file in one step, so that a crash leaves the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
