"""Write files so that a reader never sees half of one."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import CourseError

LONG_NAME = 60
# What every file on the disk would meet as well.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOTHING_CAN_BE_WRITTEN = (*NO_ROOM, errno.EROFS)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what keeps a file from being written into one line. Raises CourseError."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise CourseError(f"{path} cannot be written: {why}. Fix that, then run the command again.") from None


def write_text(path: Path, text: str) -> None:
    """Replace a file's text in one step; on failure the old file stays."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, also that of a read-only file; on failure the old file stays.

    What a killed process left of a new content has the same name at the next try, and is replaced with it.
    """
    # The name of a hand-in may be as long as names may be, and need not be text.
    name = path.name if len(path.name) < LONG_NAME else hashlib.sha256(os.fsencode(path.name)).hexdigest()
    partial = path.with_name(f".{name}.partial")
    with _opened(partial) as file:
        try:
            file.write(content)
            file.flush()
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def _opened(partial: Path) -> BinaryIO:
    """An empty file of that name, once nobody else is writing into it."""
    while True:
        file = partial.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever held it has moved or removed it.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), partial.stat()):
                    file.truncate(0)
                    return file
        except BaseException:
            file.close()
            raise
        file.close()
