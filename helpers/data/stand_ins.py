"""The built-in stand-ins for the image data sets: made once on a machine, then kept in the user's cache."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from helpers.data.arrays import Arrays, check, digest
from helpers.data.errors import DamagedDataError
from helpers.data.known import FASHION_MNIST, MNIST, ImageSet

_MAKERS = {FASHION_MNIST.name: "helpers.data.fashion_stand_in", MNIST.name: "helpers.data.mnist_stand_in"}


def stand_in_path(dataset: ImageSet) -> Path:
    """Where the stand-in is kept. The version of its maker is part of the name."""
    version = import_module(_MAKERS[dataset.name]).VERSION
    return user_cache_path("training-neural-networks") / f"{dataset.name}-stand-in-{version}.npz"


def stand_in(dataset: ImageSet) -> Arrays:
    """The stand-in from the cache; made, and kept if that is possible, where it is missing or damaged."""
    path = stand_in_path(dataset)
    try:
        return _read(path)
    except (DamagedDataError, OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        arrays: Arrays = import_module(_MAKERS[dataset.name]).make()
    # A full disk, or a home that cannot be written to, costs some seconds in each process and nothing else.
    with suppress(OSError):
        _keep(arrays, path)
    return arrays


def _read(path: Path) -> Arrays:
    with np.load(path, allow_pickle=False) as kept:
        arrays = check(((kept["x_train"], kept["y_train"]), (kept["x_test"], kept["y_test"])), path)
        if str(kept["sha256"]) != digest(arrays):
            raise DamagedDataError(f"{path}: its checksum is wrong.")
    return arrays


def _keep(arrays: Arrays, path: Path) -> None:
    (x_train, y_train), (x_test, y_test) = arrays
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another process may be making the same: each writes its own file and puts it in place in one step.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            np.savez(
                part, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, sha256=digest(arrays)
            )
            part.close()
            Path(part.name).replace(path)
        finally:
            Path(part.name).unlink(missing_ok=True)
