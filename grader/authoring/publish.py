"""A course for students in a folder that can be pushed as a repository of its own, and brought up to date."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from grader.atomic import write_bytes, write_text
from grader.authoring.bundle import NOTEBOOKS
from grader.errors import CourseError

# What was written the last time: from it the next one tells its own files from those of others.
RECORD = ".published.json"
REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
README = Path(__file__).parent / "template" / "published_readme.md.txt"
LINKS = Path(__file__).parent / "template" / "published_links.md.txt"


@dataclass(frozen=True)
class Published:
    """What was done in a folder: which files were written, being new or changed, and which removed."""

    written: Sequence[str]
    removed: Sequence[str]


def publish(folder: Path, files: Mapping[str, bytes]) -> Published:
    """Make a folder hold these files, by relative path, in place of what it held when this was last done.

    Files that somebody added to the folder later are left alone. Raises CourseError, before anything is
    written, for a folder that held others' files before the first time, and where one of its own files was
    changed there.
    """
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is not a folder. Name an empty one, or one that does not exist yet.")
    before = _record(folder)
    now = {name: _digest(content) for name, content in files.items()}
    there = _digests(folder)
    folders = {str(parent) for name in now for parent in PurePosixPath(name).parents}
    for name, digest in there.items():
        if digest in (before.get(name), now.get(name)):
            continue
        if name in before:
            raise CourseError(
                f"{folder / name} was changed after it was published. Carry the change into the course, "
                "delete that file, and publish again."
            )
        # It is in the way, too, where a folder has to be, or a file whose folder it is in.
        above = map(str, PurePosixPath(name).parents)
        if not before or name in now or name in folders or any(each in now for each in above):
            raise CourseError(
                f"{folder} holds a file that is not the course's, {name}. Name an empty folder, or one that "
                "does not exist yet."
            )
    written = sorted(name for name in now if there.get(name) != now[name])
    removed = sorted(name for name in before if name in there and name not in now)
    try:
        for name in written:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes(folder / name, files[name])
        for name in removed:
            (folder / name).unlink()
            _remove_empty_folders(folder, folder / name)
        write_text(folder / RECORD, json.dumps(now, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise CourseError(f"{error.filename or folder} cannot be written: {error.strerror}.") from None
    return Published(written, removed)


def readme(title: str, lessons: Mapping[str, str], repository: str | None) -> str:
    """What the page of the repository says.

    lessons: their titles, by path of the notebook. repository: OWNER/NAME on GitHub, for links that open the
    lessons in Binder and Colab; without it there are none. Raises CourseError for another form.
    """
    text = README.read_text(encoding="utf-8").replace("<title>", title)
    rows = [f"| [{lesson}]({quote(path)}) |" for path, lesson in lessons.items()]
    heading = ["| lesson |", "|---|"]
    if repository is not None:
        if not REPOSITORY.fullmatch(repository):
            raise CourseError(f"{repository} is not of the form OWNER/NAME, such as ada/neural-networks.")
        text += "\n" + LINKS.read_text(encoding="utf-8")
        text = text.replace("<repository>", repository).replace("<folder>", repository.partition("/")[2])
        rows = [f"{row} {_links(repository, path)}" for row, path in zip(rows, lessons, strict=True)]
        heading = ["| lesson | in the browser | |", "|---|---|---|"]
    return text.replace("<lessons>", "\n".join([*heading, *rows]))


def _links(repository: str, path: str) -> str:
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?labpath={quote(path, safe='')}"
    colab = f"https://colab.research.google.com/github/{repository}/blob/main/{quote(path)}"
    return f"[Binder]({binder}) | [Colab]({colab}) |"


def titles(files: Mapping[str, bytes]) -> dict[str, str]:
    """The first heading of each notebook among the files of a course for students, by path."""
    found = {}
    for name, content in files.items():
        if name.startswith(f"{NOTEBOOKS}/") and name.endswith(".ipynb"):
            text = "\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"])
            heading = re.search(r"^# (.*)", text, re.MULTILINE)
            found[name] = heading[1] if heading else PurePosixPath(name).stem
    return found


def _record(folder: Path) -> dict[str, str]:
    """What was written the last time: digests by path; nothing where this was never done."""
    path = folder / RECORD
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in record.items()}
    except (OSError, ValueError, AttributeError):
        raise CourseError(f"{path} cannot be read. Restore it, or publish into an empty folder.") from None


def _digests(folder: Path) -> dict[str, str]:
    """Digests of the files in a folder, by relative path, without git's own and the record.

    A link counts as a file that nobody can have published: what it leads to is not in the folder.
    """
    paths = (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    names = {path.relative_to(folder): path for path in sorted(paths)}
    return {
        name.as_posix(): "" if path.is_symlink() else _digest(path.read_bytes())
        for name, path in names.items()
        if name.parts[0] != ".git" and name.as_posix() != RECORD
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove_empty_folders(root: Path, path: Path) -> None:
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            return
        folder.rmdir()
