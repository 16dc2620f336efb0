"""The files that a platform gave, in a folder or a zip: each checked before anybody opens it."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.classroom.below import entries_below
from grader.classroom.file_names import shown
from grader.classroom.submission import MOST_BYTES
from grader.errors import CourseError, GraderError
from grader.limits import MEBIBYTE

MOST_FILES = 200_000
MOST_FOLDERS = 20
LONGEST_NAME = 200
# Notebooks full of zeros shrink to a fiftieth; a zip bomb to a thousandth.
MOST_TIMES_LARGER = 200
SMALL = 10 * MEBIBYTE
ENCRYPTED = 0x1
# What reading a damaged zip may raise: each kind of compression has an error of its own, and so have
# versions, names and places that make no sense.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
# What operating systems and editors put beside files.
NOBODYS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__", ".git")


class RefusedError(GraderError):
    """A file or a hand-in that is not taken; the message says why."""


@dataclass(frozen=True)
class File:
    """One file.

    path: where it is in what the platform gave, with `/`. size: in bytes, as far as is said. changed: its own
    date, which may be that of the download. read: its content; raises RefusedError.
    """

    path: str
    size: int
    changed: datetime | None
    read: Callable[[], bytes]

    @property
    def parts(self) -> list[str]:
        """The folders and the name."""
        return self.path.split("/")

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.parts[-1]

    def at(self, path: str) -> File:
        """The same file under another path."""
        return replace(self, path=path)


@dataclass(frozen=True)
class Found:
    """What there is. refused: why other files are not taken, a line each."""

    files: Sequence[File]
    refused: Sequence[str]


@contextmanager
def files_at(path: Path) -> Iterator[Found]:
    """The files of a folder, a zip or a single notebook; open until this ends. Raises CourseError."""
    if path.is_dir():
        yield _in_folder(path)
    elif not path.is_file():
        raise CourseError(f"{path} does not exist. Give the zip or the folder that the platform gave you.")
    elif zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except DAMAGED:
            raise CourseError(_ends_early(path)) from None
        with archive:
            yield in_zip(archive, path.name)
    elif path.suffix == ".zip":
        raise CourseError(_ends_early(path))
    elif path.suffix == ".ipynb":
        yield Found([_on_disk(path, path.name)], [])
    else:
        raise CourseError(f"{path} is neither a zip nor a folder nor a notebook. Unpack it first.")


def in_zip(archive: zipfile.ZipFile, called: str) -> Found:
    """The files of an open zip. called: what messages call it. Raises CourseError."""
    # Unlike is_dir(), this takes an empty name, which is refused below.
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    if len(infos) > MOST_FILES:
        raise CourseError(f"{called} holds {len(infos):,} files; {MOST_FILES:,} are taken at most.")
    files: dict[str, File] = {}
    refused = []
    for info in infos:
        path = unicodedata.normalize("NFC", info.filename.replace("\\", "/"))
        if is_nobodys(path):
            continue
        why = _why_refused(info, path) or (path in files and "there is another file of this name in it") or ""
        if why:
            refused.append(f"{called}: {shown(path)} was left out: {why}.")
        else:
            files[path] = File(path, info.file_size, _date_of(info), _reader(archive, info))
    return Found(list(files.values()), refused)


def unpacked(file: File) -> Found:
    """The files of a zip that a student handed in. Raises RefusedError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    except DAMAGED:
        raise RefusedError(f"{shown(file.path)} is not a complete zip. Ask for it again.") from None
    try:
        return in_zip(archive, shown(file.path))
    except CourseError as error:
        raise RefusedError(str(error)) from None


def is_nobodys(path: str) -> bool:
    """Whether nobody meant to hand a file in."""
    return any(part in NOBODYS or part.startswith("._") for part in path.split("/"))


def _ends_early(path: Path) -> str:
    return f"{path} is not a complete zip: it was cut off or damaged. Download it again."


def _why_refused(info: zipfile.ZipInfo, path: str) -> str:
    if unsafe := why_unsafe(path):
        return unsafe
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device, not a file"
    if info.flag_bits & ENCRYPTED:
        return "it needs a password"
    return _why_too_large(info)


def _why_too_large(info: zipfile.ZipInfo) -> str:
    if info.file_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // MEBIBYTE} MiB"
    if info.file_size > SMALL and info.file_size > MOST_TIMES_LARGER * info.compress_size:
        return f"it grows to {info.file_size // MEBIBYTE:,} MiB when it is unpacked, as zip bombs do"
    return ""


def why_unsafe(path: str) -> str:
    """Why a path may not be written; "" where it may."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "its path leads out of its folder"
    if len(parts) > MOST_FOLDERS:
        return f"it is in more than {MOST_FOLDERS} folders"
    if any(part in ("", ".") or len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in parts):
        return "a name in its path is empty or too long"
    # Half of a pair of characters, which cannot be written down, is not printable either.
    if not path.isprintable():
        return "its name has characters that cannot be shown"
    return ""


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except DAMAGED:
            raise RefusedError(f"{shown(info.filename)} is damaged in the zip. Download it again.") from None
        if len(content) != info.file_size:
            raise RefusedError(f"{shown(info.filename)} is not as large as the zip says.")
        return content

    return read


def _date_of(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time)
    except ValueError:
        return None


def _in_folder(folder: Path) -> Found:
    files, refused = [], []
    for path in sorted(Path(entry.path) for entry in entries_below(folder, MOST_FOLDERS)):
        relative = path.relative_to(folder).as_posix()
        if is_nobodys(relative):
            continue
        if path.is_symlink():
            refused.append(f"{shown(str(path))} was left out: it is a link.")
        elif path.is_file():
            relative = unicodedata.normalize("NFC", relative)
            if why := why_unsafe(relative) or _too_large_on_disk(path):
                refused.append(f"{shown(str(path))} was left out: {why}.")
            else:
                files.append(_on_disk(path, relative))
        elif path.is_dir():
            refused.append(f"{shown(str(path))} was left out: it cannot be opened, or is too deep.")
        else:
            refused.append(f"{shown(str(path))} was left out: it is not a file.")
    return Found(files, refused)


def _too_large_on_disk(path: Path) -> str:
    return f"it is larger than {MOST_BYTES // MEBIBYTE} MiB" if path.stat().st_size > MOST_BYTES else ""


def _on_disk(path: Path, relative: str) -> File:
    stats = path.stat()

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise RefusedError(f"{shown(relative)} cannot be read: {error.strerror}.") from None

    try:
        changed = datetime.fromtimestamp(stats.st_mtime)
    except (ValueError, OverflowError, OSError):
        # File systems know years that Python does not.
        changed = None
    return File(relative, stats.st_size, changed, read)
