"""Small stand-ins for whole data sets, the files they come in, and a machine on which nothing else is found."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from helpers.data import known, loading
from helpers.data.arrays import Arrays, digest

# Nothing listens there: a connection is refused at once.
NOWHERE = "http://127.0.0.1:9/"


def sample(mark: int) -> Arrays:
    """Arrays of the right shapes and types that differ by their mark, and pack well."""

    def split(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 3, 4], images[:, 5, 6] = labels, mark
        return images, labels

    return split(60_000), split(10_000)


def idx(array: np.ndarray) -> bytes:
    """An array of bytes as an idx file holds it."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def write_idx(folder: Path, arrays: Arrays, packed: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    contents = [idx(array) for split in arrays for array in split]
    for name, content in zip(known.IDX_FILES, contents, strict=True):
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
        else:
            (folder / name).write_bytes(content)


def write_npz(path: Path, arrays: Arrays) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = arrays
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def publish(monkeypatch: pytest.MonkeyPatch, name: str, arrays: Arrays, folder: Path, address: str) -> None:
    """Write the files of a data set to a folder, and have the course take them for the published ones."""
    if name == "fashion_mnist":
        write_idx(folder, arrays, packed=True)
        contents = [idx(array) for split in arrays for array in split]
    else:
        write_npz(folder / "mnist.npz", arrays)
        contents = [(folder / "mnist.npz").read_bytes()]
    before = known.IMAGE_SETS[name]
    sums = [hashlib.sha256(content).hexdigest() for content in contents]
    after = dataclasses.replace(
        before,
        address=address,
        files=MappingProxyType(dict(zip(before.files, sums, strict=True))),
        digest=digest(arrays),
    )
    monkeypatch.setitem(known.IMAGE_SETS, name, after)


def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has read, tried and warned of."""
    monkeypatch.setattr(loading, "_kept", {})
    monkeypatch.setattr(loading, "_warned", set())
    monkeypatch.setattr(loading, "_network_failed", False)


def bare_machine(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A home with nothing in it, no COURSE_DATA, no network, and stand-ins that cost no time."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    monkeypatch.setattr(loading, "BESIDE", home / "no data beside the course")
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    for name, dataset in list(known.IMAGE_SETS.items()):
        monkeypatch.setitem(known.IMAGE_SETS, name, dataclasses.replace(dataset, address=NOWHERE))
    monkeypatch.setattr("helpers.data.fashion_stand_in.make", lambda: sample(201))
    monkeypatch.setattr("helpers.data.mnist_stand_in.make", lambda: sample(202))
    new_process(monkeypatch)
