"""The file that a backup is: a zip with a list of its content, which is checked before anything is used."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from grader.classroom.earlier_runs import ENDING as RUN_ENDING
from grader.errors import CourseError
from grader.limits import MEBIBYTE

FORMAT = 1
MANIFEST = "backup.json"
GRADEBOOK = "gradebook.db"
# In reports/: the lock, and what is kept of a lesson's own run, whose code would be run. Nor are the runs of
# submissions taken, which are large: without them the next change of a check takes longer.
NOT_TAKEN = frozenset((".lock", ".own_run"))
MOST_BYTES_OF_MANIFEST = 256 * MEBIBYTE
MOST_FILES = 2_000_000
CHUNK = MEBIBYTE
# Told how many files of how many are done.
Progress = Callable[[int, int], None]


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A file in a backup. size: bytes. sha256: of its content."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What a backup says of itself.

    format: of this list and of the archive. course: its name. made_at: UTC. versions: of what made it.
    schema: of the gradebook. files: by their path in the archive. left_out: what is not in it, and why.
    """

    format: int
    course: str
    made_at: str
    versions: dict[str, str]
    schema: str
    files: dict[str, File]
    left_out: list[str]


class _Version(msgspec.Struct):
    """What backups of all versions say."""

    format: int


def is_taken(folder: str, name: str) -> bool:
    """Whether backups hold a file of this name in a folder."""
    return folder != "reports" or (name not in NOT_TAKEN and not name.endswith(RUN_ENDING))


def write_file(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> File:
    """Add a file and tell what was read of it."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return File(size, digest.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Add the list of all that is in the archive, as its last file."""
    archive.writestr(MANIFEST, msgspec.json.encode(manifest))


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup, and turn what is wrong with it, then or later, into one line. Raises CourseError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise CourseError(f"There is no file {path}. Name a backup that `course backup` made.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise CourseError(f"{error.filename or path} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise CourseError(
            f"{path} is not a whole backup: {error or 'it ends early'}. Was it copied only in part, or is it "
            "another file? Nothing was changed."
        ) from None


def read_manifest(path: Path, archive: zipfile.ZipFile, folders: Iterable[str]) -> Manifest:
    """Read and check the list of what is in a backup; its files are checked as `unpack` reads them.

    folders: those that files may be in. Raises CourseError.
    """
    entries = archive.infolist()
    by_name = {entry.filename: entry for entry in entries}
    if MANIFEST not in by_name:
        raise CourseError(f"{path} is not a backup of a course: it has no {MANIFEST}. Nothing was changed.")
    if len(entries) > MOST_FILES or by_name[MANIFEST].file_size > MOST_BYTES_OF_MANIFEST:
        raise _refused(path, f"it has {len(entries):,} files, more than any course has")
    content = archive.read(MANIFEST)
    try:
        version = msgspec.json.decode(content, type=_Version).format
        if version != FORMAT:
            raise CourseError(
                f"{path} is a backup of format {version}; this version of the course reads format {FORMAT}. "
                "Use the version that made it. Nothing was changed."
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _refused(path, f"its {MANIFEST} cannot be read ({error})") from None
    if len(by_name) != len(entries):
        raise _refused(path, "a file is in it twice")
    listed = {*manifest.files, MANIFEST}
    for name in sorted(by_name.keys() ^ listed):
        where = "in it but not in its list" if name in by_name else "in its list but not in it"
        raise _refused(path, f"{name!r} is {where}")
    allowed = set(folders)
    for name, entry in by_name.items():
        _refuse_entry(path, entry, allowed)
        if name != MANIFEST and entry.file_size != manifest.files[name].size:
            raise _refused(path, f"{name!r} has another size than its list says")
    if GRADEBOOK not in manifest.files:
        raise _refused(path, "it has no gradebook")
    return manifest


def _refuse_entry(path: Path, entry: zipfile.ZipInfo, allowed: set[str]) -> None:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.is_dir():
        raise _refused(path, f"{name!r} is a link or something else than a file")
    if name in (MANIFEST, GRADEBOOK):
        return
    folder, *parts = name.split("/")
    if folder not in allowed or not parts:
        raise _refused(path, f"{name!r} is in no folder of a course")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise _refused(path, f"{name!r} leads out of its folder")
    if not is_taken(folder, parts[-1]):
        raise _refused(path, f"{name!r} is no part of a backup")


def unpack(
    path: Path, archive: zipfile.ZipFile, manifest: Manifest, folder: Path, progress: Progress
) -> None:
    """Write all files below a new folder, and check that each is what the list says. Raises CourseError."""
    size = sum(file.size for file in manifest.files.values())
    free = shutil.disk_usage(folder.parent).free
    if size > free:
        raise CourseError(
            f"{path} needs {size / MEBIBYTE:,.0f} MiB, and {free / MEBIBYTE:,.0f} MiB are free at "
            f"{folder.parent}. Nothing was changed."
        )
    for done, (name, file) in enumerate(manifest.files.items()):
        progress(done, len(manifest.files))
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _unpack_file(path, archive, name, file, target)
        except (FileExistsError, NotADirectoryError):
            raise _refused(path, f"{name!r} is in it as a file and as a folder, or twice") from None
    progress(len(manifest.files), len(manifest.files))


def _unpack_file(path: Path, archive: zipfile.ZipFile, name: str, file: File, target: Path) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source, target.open("xb") as written:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > file.size:
                raise _refused(path, f"{name!r} is longer than its list says")
            digest.update(chunk)
            written.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise _refused(path, f"{name!r} is not what was backed up")


def _refused(path: Path, why: str) -> CourseError:
    return CourseError(f"{path} is not a backup that can be trusted: {why}. Nothing was changed.")
