"""Find a data set in a folder and read it: packed idx files, plain idx files, or one npz file."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from helpers.data.arrays import Arrays, check
from helpers.data.errors import DamagedDataError
from helpers.data.known import IDX_FILES, ImageSet

_NPZ_NAMES = ("x_train", "y_train", "x_test", "y_test")


def find(dataset: ImageSet, folder: Path) -> list[Path]:
    """The data set's files in that folder: four idx files, one npz file, or an empty list if it is not there.

    Files in a sub-folder of the data set's name come before files in the folder itself.
    Raises DamagedDataError when only some of four idx files are there.
    """
    for place in (*(folder / name for name in dataset.folders), folder):
        for name in dataset.folders:
            if (place / f"{name}.npz").is_file():
                return [place / f"{name}.npz"]
        found = [_packed_or_plain(place / name) for name in IDX_FILES]
        present = [path for path in found if path is not None]
        if len(present) == len(IDX_FILES):
            return present
        if present:
            missing = next(name for name, path in zip(IDX_FILES, found, strict=True) if path is None)
            raise DamagedDataError(f"{place}: {missing} is missing beside {present[0].name}.")
    return []


def _packed_or_plain(path: Path) -> Path | None:
    candidates = (path.with_name(f"{path.name}.gz"), path)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def read_files(paths: list[Path]) -> Arrays:
    """Read what `find` found. Raises DamagedDataError, naming the file."""
    if len(paths) == 1:
        return check(_read_npz(paths[0]), paths[0])
    x_train, y_train, x_test, y_test = (_read_idx(path) for path in paths)
    return check(((x_train, y_train), (x_test, y_test)), paths[0].parent)


def _read_npz(path: Path) -> Arrays:
    try:
        with np.load(path, allow_pickle=False) as archive:
            x_train, y_train, x_test, y_test = (archive[name] for name in _NPZ_NAMES)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from None
    return (x_train, y_train), (x_test, y_test)


def _read_idx(path: Path) -> npt.NDArray[np.uint8]:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from None
    # Two zero bytes, 8 for uint8, the number of axes, then the length of each axis in four bytes.
    axes = content[3] if content[:3] == b"\x00\x00\x08" and len(content) > 3 else 0
    header = 4 + 4 * axes
    shape = tuple(np.frombuffer(content[4:header], ">u4").tolist()) if axes and len(content) >= header else ()
    pixels = np.frombuffer(content, np.uint8)[header:]
    if not shape or pixels.size != np.prod(shape, dtype=np.int64):
        raise DamagedDataError(f"{path}: this is not a complete idx file of bytes. Get it again.")
    return pixels.reshape(shape)


def _damaged(path: Path, error: Exception) -> DamagedDataError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return DamagedDataError(f"{path}: damaged or incomplete ({reason}). Get it again.")
