"""Trainings that are known, on disk: found again by the next class, and by other graders on this machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from grader.atomic import write_bytes
from grader.executor.trainings import Trained, encoder
from grader.limits import MEBIBYTE

# Behind the wall nobody sees it: it is beside the folder of the data sets, not in it.
FOLDER = "training-neural-networks-grading"
MOST_BYTES = 2048 * MEBIBYTE
HEAD = 8
DIGEST = hashlib.sha256().digest_size


class _Entry(msgspec.Struct, frozen=True):
    trained: Trained
    sizes: tuple[int, ...]


_decoder: msgspec.json.Decoder[_Entry] = msgspec.json.Decoder(_Entry)


@dataclass(frozen=True)
class KnownTrainings:
    """A folder with one file for each training, named by its key. The oldest go first when it is full."""

    folder: Path
    most_bytes: int = MOST_BYTES

    def get(self, key: str) -> tuple[Trained, list[memoryview]] | None:
        """What came of a training, if it is known. What is damaged is dropped."""
        path = self.folder / key
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            found = _read(content)
        except (ValueError, msgspec.MsgspecError):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):  # it may be read-only
            os.utime(path)
        return found

    def put(self, key: str, trained: Trained, arrays: Sequence[Any]) -> bool:
        """Keep what came of a training; whether that was possible."""
        content = _written(trained, arrays)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self.folder / key, content)
            self._make_room()
        except OSError:
            return False
        return True

    def clear(self) -> None:
        """Forget all of them."""
        for path, _ in self._entries():
            with suppress(OSError):
                path.unlink()

    def sizes(self) -> list[int]:
        """How many bytes each takes."""
        return [found.st_size for _, found in self._entries()]

    def _make_room(self) -> None:
        entries = sorted(self._entries(), key=lambda entry: entry[1].st_mtime)
        size = sum(found.st_size for _, found in entries)
        for path, found in entries:
            if size <= self.most_bytes:
                return
            with suppress(OSError):
                path.unlink()
                size -= found.st_size

    def _entries(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(OSError), os.scandir(self.folder) as found:
            for entry in found:
                with suppress(OSError):
                    if not entry.name.startswith("."):
                        yield Path(entry.path), entry.stat()


def of_this_machine() -> KnownTrainings:
    """Those that all courses on this machine share."""
    return KnownTrainings(platformdirs.user_cache_path(FOLDER) / "trainings")


def _written(trained: Trained, arrays: Sequence[Any]) -> bytes:
    views = [memoryview(array).cast("B") for array in arrays]
    head = encoder.encode(_Entry(trained, tuple(len(view) for view in views)))
    content = b"".join((len(head).to_bytes(HEAD, "little"), head, *views))
    return hashlib.sha256(content).digest() + content


def _read(content: bytes) -> tuple[Trained, list[memoryview]]:
    """Raises ValueError for anything that was not written so."""
    view = memoryview(content)[DIGEST:]
    if hashlib.sha256(view).digest() != content[:DIGEST]:
        raise ValueError("damaged")
    end = HEAD + int.from_bytes(view[:HEAD], "little")
    entry = _decoder.decode(view[HEAD:end])
    arrays = []
    for size in entry.sizes:
        arrays.append(view[end : end + size])
        end += size
    return entry.trained, arrays
