"""Trainings that are known, on disk: found again by the next class, and by other graders on this machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from grader.errors import CourseError
from grader.executor.trainings import Trained, encoder
from grader.limits import MEBIBYTE

# Behind the wall nobody sees it: it is beside the folder of the data sets, not in it.
FOLDER = "training-neural-networks-grading"
MOST_BYTES = 2048 * MEBIBYTE
HEAD = 8
DIGEST = hashlib.sha256().digest_size
PARTIAL = ".partial"
# No grader writes at one file for so long: the one that began it was killed.
SECONDS_TO_WRITE = 3600


class _Entry(msgspec.Struct, frozen=True):
    trained: Trained
    sizes: tuple[int, ...]


_decoder: msgspec.json.Decoder[_Entry] = msgspec.json.Decoder(_Entry)


@dataclass(frozen=True)
class KnownTrainings:
    """A folder with one file for each training, named by its key. The oldest go first when it is full."""

    folder: Path
    most_bytes: int = MOST_BYTES

    def get(self, key: str, *, is_used: bool = True) -> tuple[Trained, list[memoryview]] | None:
        """What came of a training, if it is known. What is damaged is dropped.

        is_used: whether it counts as used, and so stays longer.
        """
        path = self.folder / key
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            found = _read(key, content)
        except (ValueError, msgspec.MsgspecError):
            self.drop(key)
            return None
        if is_used:
            with suppress(OSError):  # it may be read-only
                os.utime(path)
        return found

    def put(self, key: str, trained: Trained, arrays: Sequence[Any]) -> bool:
        """Keep what came of a training; whether that was possible."""
        pieces = _written(key, trained, arrays)
        # All others would have to go for it, and then it would, too.
        if sum(map(len, pieces)) > self.most_bytes:
            return False
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(key, pieces)
        except OSError:
            return False
        with suppress(OSError):
            self._make_room()
        return True

    def drop(self, key: str) -> None:
        """Forget a training."""
        with suppress(OSError):
            (self.folder / key).unlink()

    def clear(self) -> int:
        """Forget all of them; how many there were. Raises CourseError where some cannot be removed."""
        entries = self._found()
        problems = []
        for path, _ in entries:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                problems.append(error.strerror or str(error))
        for path, _ in self._found(partial=True):
            with suppress(OSError):
                path.unlink()
        if problems:
            raise CourseError(
                f"{len(problems)} of {len(entries)} trainings in {self.folder} cannot be removed: "
                f"{problems[0]}. Fix that, then run the command again."
            )
        return len(entries)

    def sizes(self) -> list[int]:
        """How many bytes each takes. Raises CourseError where nobody can know."""
        return [status.st_size for _, status in self._found()]

    def _write(self, key: str, pieces: Sequence[bytes]) -> None:
        """Replace an entry in one step. Others may be writing the same one: each has a file of its own."""
        descriptor, name = tempfile.mkstemp(PARTIAL, ".", self.folder)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
            partial.replace(self.folder / key)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def _make_room(self) -> None:
        entries = sorted(self._files(), key=lambda entry: entry[1].st_mtime_ns)
        size = sum(status.st_size for _, status in entries)
        for path, status in entries:
            if size <= self.most_bytes:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                size -= status.st_size
        for path, status in self._files(partial=True):
            if status.st_mtime < time.time() - SECONDS_TO_WRITE:
                with suppress(OSError):
                    path.unlink()

    def _found(self, *, partial: bool = False) -> list[tuple[Path, os.stat_result]]:
        """As _files, for commands: nothing where there is no folder yet. Raises CourseError."""
        try:
            return self._files(partial=partial)
        except FileNotFoundError:
            return []
        except NotADirectoryError:
            raise CourseError(
                f"{self.folder} is not a folder, and no training can be kept there. "
                "Move away what is in its place."
            ) from None
        except OSError as error:
            why = error.strerror or error
            raise CourseError(
                f"{self.folder} cannot be read: {why}. Fix that, then run the command again."
            ) from None

    def _files(self, *, partial: bool = False) -> list[tuple[Path, os.stat_result]]:
        """Whole entries, or partial ones: somebody is writing them, or was killed. Raises OSError."""
        files = []
        with os.scandir(self.folder) as found:
            for entry in found:
                is_partial = entry.name.startswith(".") and entry.name.endswith(PARTIAL)
                # Others may remove it meanwhile.
                with suppress(FileNotFoundError):
                    if is_partial == partial and entry.is_file(follow_symlinks=False):
                        files.append((Path(entry.path), entry.stat(follow_symlinks=False)))
        return files


def of_this_machine() -> KnownTrainings:
    """Those that all courses on this machine share."""
    return KnownTrainings(platformdirs.user_cache_path(FOLDER) / "trainings")


def _written(key: str, trained: Trained, arrays: Sequence[Any]) -> list[bytes]:
    contents = [memoryview(array).tobytes() for array in arrays]
    head = encoder.encode(_Entry(trained, tuple(map(len, contents))))
    pieces = [len(head).to_bytes(HEAD, "little"), head, *contents]
    return [_digest(key, pieces), *pieces]


def _read(key: str, content: bytes) -> tuple[Trained, list[memoryview]]:
    """Raises ValueError for anything that was not written so, under this key."""
    view = memoryview(content)[DIGEST:]
    if _digest(key, [view]) != content[:DIGEST]:
        raise ValueError("damaged")
    end = HEAD + int.from_bytes(view[:HEAD], "little")
    entry = _decoder.decode(view[HEAD:end])
    arrays = []
    for size in entry.sizes:
        arrays.append(view[end : end + size])
        end += size
    return entry.trained, arrays


def _digest(key: str, pieces: Iterable[bytes | memoryview]) -> bytes:
    made = hashlib.sha256(key.encode())
    for each in pieces:
        made.update(each)
    return made.digest()
