"""What students get of a course: released notebooks, `helpers`, and what installs them. Packed as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.atomic import write_bytes, writing
from grader.authoring.released import released
from grader.authoring.start_page import start_page
from grader.classroom.course import Course
from grader.classroom.lesson_data import data_of
from grader.errors import CourseError

# Of a course's folder: what students' notebooks import, and what they get as it is.
HELPERS, AS_IT_IS = "helpers", "student"
START = "START.md"
# Nothing else in `helpers` belongs to it.
PARTS_OF_HELPERS = (".py", ".json")
# What editors, interpreters and systems leave behind.
LEFT_OVER = ("__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache", ".DS_Store")
NOTEBOOKS, DATA = "notebooks", "data"
LICENCES = Path(__file__).parent / "template" / "data_licences.txt"
# Files that are packed already.
PACKED = (".gz", ".npz")
# The earliest that a zip can hold. The same files make the same zip, whenever it is made.
TIME = (1980, 1, 1, 0, 0, 0)
READ_BY_ALL = 0o100644 << 16
UNIX = 3


def student_files(
    course: Course, lessons: Sequence[str], on_lesson: Callable[[int, str], object] = lambda *_: None
) -> dict[str, bytes]:
    """All that students need for lessons, but for data: contents by path below the course's folder of theirs.

    on_lesson: called with the number of lessons looked at and the name of the next one. Raises CourseError
    when a lesson is not released as it is now, or the course has nothing for students to install.
    """
    files = {f"{HELPERS}/{name}": content for name, content in _below(course, HELPERS).items()}
    files = {name: content for name, content in files.items() if name.endswith(PARTS_OF_HELPERS)}
    files |= _below(course, AS_IT_IS)
    if START in files:
        files["START.html"] = start_page(files.pop(START).decode("utf-8")).encode()
    notebooks = released(course, lessons, on_lesson)
    return files | {f"{NOTEBOOKS}/{name}": content for name, content in notebooks.items()}


def data_files(course: Course, lessons: Sequence[str]) -> dict[str, bytes]:
    """The data sets that lessons name, as this machine has them, with their licences: contents by path.

    Raises CourseError when this machine lacks one of them, and DataError when one is damaged.
    """
    from helpers.data import files_of

    files: dict[str, bytes] = {}
    for origin in {origin for lesson in lessons for origin in data_of(course, lesson)}:
        if origin.kind == "stand-in":
            raise CourseError(f"This machine does not have {origin.dataset}. Get it first: course data")
        files |= {
            f"{DATA}/{origin.dataset}/{path.name}": path.read_bytes() for path in files_of(origin.dataset)
        }
    return files | {f"{DATA}/LICENCES.txt": LICENCES.read_bytes()} if files else {}


def write_zip(path: Path, files: Mapping[str, bytes], folder: str) -> None:
    """Pack files into one zip, all below a folder. Raises CourseError when it cannot be written."""
    with writing(path):
        write_bytes(path, zipped(files, folder))


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """Files packed into one zip, all below a folder. The same files make the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", TIME)
            entry.create_system, entry.external_attr = UNIX, READ_BY_ALL
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()


def _below(course: Course, name: str) -> dict[str, bytes]:
    """The files in one of a course's folders, by path below it, without what others leave there."""
    folder = course.root / name
    if not folder.is_dir():
        raise CourseError(f"{course.root} has no folder {name}/, which students need.")
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.as_posix(): (folder / path).read_bytes() for path in paths if not _is_left_over(path)}


def _is_left_over(path: Path) -> bool:
    return any(part in LEFT_OVER or part.endswith((".egg-info", ".partial", "~")) for part in path.parts)
