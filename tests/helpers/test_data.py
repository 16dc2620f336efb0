"""Where data are looked for, in which formats, and what is said when they are damaged."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from helpers.data import (
    DamagedDataError,
    NoFolderError,
    StandInWarning,
    fetch,
    load_digits,
    load_fashion_mnist,
    load_mnist,
    locate,
    read,
)
from helpers.data.arrays import Arrays, digest
from helpers.data.known import FASHION_MNIST
from helpers.data.stand_ins import stand_in_path
from tests.helpers.sample_data import (
    NOWHERE,
    bare_machine,
    idx,
    new_process,
    publish,
    sample,
    write_idx,
    write_npz,
)

REAL_DATA = os.environ.get("COURSE_DATA")
SAMPLE = sample(1)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that COURSE_DATA names, on a machine that has nothing else."""
    bare_machine(monkeypatch, tmp_path / "home")
    named = tmp_path / "data"
    named.mkdir()
    monkeypatch.setenv("COURSE_DATA", str(named))
    return named


def same(one: Arrays, other: Arrays) -> bool:
    return all(
        np.array_equal(a, b) and a.dtype == b.dtype
        for split, other_split in zip(one, other, strict=True)
        for a, b in zip(split, other_split, strict=True)
    )


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda folder: write_idx(folder, SAMPLE, packed=True), id="gz"),
        pytest.param(lambda folder: write_idx(folder / "fashion-mnist", SAMPLE, packed=True), id="gz below"),
        pytest.param(
            lambda folder: write_idx(folder / "fashion_mnist", SAMPLE, packed=False), id="idx below"
        ),
        pytest.param(lambda folder: write_idx(folder, SAMPLE, packed=False), id="idx"),
        pytest.param(lambda folder: write_npz(folder / "fashion-mnist.npz", SAMPLE), id="npz"),
        pytest.param(
            lambda folder: write_npz(folder / "fashion_mnist" / "fashion_mnist.npz", SAMPLE), id="npz below"
        ),
    ],
)
def test_named_folder_in_every_format(folder: Path, write: Callable[[Path], None]) -> None:
    write(folder)
    origin = locate("fashion_mnist")
    assert same(load_fashion_mnist(), SAMPLE)
    assert (origin.kind, origin.real) == ("folder", False)
    assert origin.place.startswith(str(folder))
    assert origin.digest == digest(SAMPLE)


def test_mnist_npz_in_its_sub_folder(folder: Path) -> None:
    write_npz(folder / "mnist" / "mnist.npz", SAMPLE)
    assert same(load_mnist(), SAMPLE)


def test_named_folder_comes_before_keras_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "home" / "keras" / "datasets"
    publish(monkeypatch, "mnist", sample(2), cache, NOWHERE)
    assert locate("mnist").kind == "cache"
    assert locate("mnist").real
    assert same(load_mnist(), sample(2))

    write_npz(folder / "mnist.npz", SAMPLE)
    new_process(monkeypatch)
    assert locate("mnist").kind == "folder"
    assert same(load_mnist(), SAMPLE)


def test_without_course_data_keras_own_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_DATA")
    monkeypatch.delenv("KERAS_HOME")
    publish(monkeypatch, "fashion_mnist", SAMPLE, tmp_path / "home/.keras/datasets/fashion-mnist", NOWHERE)
    assert locate("fashion_mnist").place == str(tmp_path / "home/.keras/datasets/fashion-mnist")
    assert same(load_fashion_mnist(), SAMPLE)


def test_named_folder_without_the_data_set_is_no_error() -> None:
    with pytest.warns(StandInWarning):
        assert same(load_mnist(), sample(202))


def test_fashion_files_beside_each_other_are_not_taken_for_mnist(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(monkeypatch, "fashion_mnist", SAMPLE, folder, NOWHERE)
    assert (locate("fashion_mnist").kind, locate("fashion_mnist").real) == ("folder", True)
    assert locate("mnist").kind == "stand-in"


def test_setting_course_data_later_takes_effect(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_npz(folder / "mnist.npz", SAMPLE)
    monkeypatch.delenv("COURSE_DATA")
    assert same(read("mnist")[0], sample(202))
    monkeypatch.setenv("COURSE_DATA", str(folder))
    assert same(read("mnist")[0], SAMPLE)


def test_folder_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "typo"))
    for use in (load_mnist, lambda: locate("mnist"), lambda: read("mnist"), lambda: fetch("mnist")):
        with pytest.raises(
            NoFolderError, match=f"COURSE_DATA names the folder {tmp_path}/typo, which"
        ) as caught:
            use()
        assert "\n" not in str(caught.value)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def refill(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(gzip.compress(content, 1))

    return write


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        ("train-images-idx3-ubyte.gz", cut_short, "train-images-idx3-ubyte.gz: damaged or incomplete"),
        ("train-images-idx3-ubyte.gz", flip_a_byte, "train-images-idx3-ubyte.gz: damaged or incomplete"),
        ("t10k-labels-idx1-ubyte.gz", Path.unlink, "t10k-labels-idx1-ubyte is missing beside train-images"),
        (
            "t10k-labels-idx1-ubyte.gz",
            refill(b""),
            "t10k-labels-idx1-ubyte.gz: this is not a complete idx file",
        ),
        ("t10k-labels-idx1-ubyte.gz", refill(b"<html>not found"), "this is not a complete idx file"),
        ("t10k-labels-idx1-ubyte.gz", refill(idx(SAMPLE[1][1])[:-1]), "this is not a complete idx file"),
        ("t10k-labels-idx1-ubyte.gz", refill(idx(SAMPLE[1][1][:99])), r"should be uint8 of shape \(10000,\)"),
        ("t10k-labels-idx1-ubyte.gz", refill(idx(SAMPLE[1][1] + 1)), "labels go up to 10"),
        ("train-images-idx3-ubyte.gz", refill(idx(SAMPLE[0][0][:, :8, :8])), r"of shape \(60000, 8, 8\)"),
    ],
)
def test_damaged_idx_in_the_named_folder_is_said(
    folder: Path, name: str, damage: Callable[[Path], None], said: str
) -> None:
    write_idx(folder, SAMPLE, packed=True)
    damage(folder / name)
    for use in (load_fashion_mnist, lambda: locate("fashion_mnist"), lambda: read("fashion_mnist")):
        with pytest.raises(DamagedDataError, match=said) as caught:
            use()
        assert str(folder) in str(caught.value)
        assert "\n" not in str(caught.value)


class Trap:
    """What a pickle can do to the person who opens it: here, leave a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


def test_no_code_in_an_npz_file_runs(folder: Path, tmp_path: Path) -> None:
    (x_train, y_train), (x_test, _) = SAMPLE
    trap = np.array([Trap(tmp_path / "it ran")], dtype=object)
    np.savez(folder / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=trap)
    with pytest.raises(DamagedDataError, match=r"mnist\.npz: damaged"):
        load_mnist()
    assert not (tmp_path / "it ran").exists()


def test_damaged_npz_in_the_named_folder_is_said(folder: Path) -> None:
    path = folder / "mnist.npz"
    (x_train, y_train), (x_test, y_test) = SAMPLE
    for damage in (
        lambda: cut_short(path),
        lambda: flip_a_byte(path),
        lambda: path.write_bytes(b""),
        lambda: np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test),
        lambda: np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test.astype(int)),
        lambda: np.savez(path, x_train=np.array({"a": 1}), y_train=y_train, x_test=x_test, y_test=y_test),
    ):
        write_npz(path, SAMPLE)
        damage()
        with pytest.raises(DamagedDataError, match=r"mnist\.npz: ") as caught:
            load_mnist()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", [cut_short, flip_a_byte, lambda path: path.write_bytes(b"")])
def test_damaged_keras_cache_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    cache = tmp_path / "home/keras/datasets/fashion-mnist"
    publish(monkeypatch, "fashion_mnist", SAMPLE, cache, NOWHERE)
    damage(cache / "t10k-images-idx3-ubyte.gz")
    with pytest.warns(StandInWarning):
        assert same(load_fashion_mnist(), sample(201))


def test_whole_files_of_something_else_in_keras_cache_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "home/keras/datasets"
    publish(monkeypatch, "mnist", SAMPLE, cache, NOWHERE)
    write_npz(cache / "mnist.npz", sample(3))
    assert locate("mnist").kind == "stand-in"


def test_a_load_hands_out_copies(folder: Path) -> None:
    write_npz(folder / "mnist.npz", SAMPLE)
    (images, labels), _ = load_mnist()
    images[:] = 7
    labels[:] = 7
    assert same(load_mnist(), SAMPLE)
    kept, _ = read("mnist")
    assert same(kept, SAMPLE)
    with pytest.raises(ValueError, match="read-only"):
        kept[0][0][0] = 1


def test_locate_makes_nothing_and_is_silent(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        origin = locate("fashion_mnist")
        assert (origin.kind, origin.real) == ("stand-in", False)
        assert origin.place == str(stand_in_path(FASHION_MNIST))
        assert not list(tmp_path.rglob("*.npz"))
        # read is silent as well, but has to make it
        arrays, same_origin = read("fashion_mnist")
    assert same_origin == origin
    assert origin.digest == digest(arrays)


def test_digits_come_with_scikit_learn() -> None:
    (x_train, y_train), (x_test, y_test) = load_digits()
    assert (x_train.shape, x_test.shape) == ((1437, 8, 8), (360, 8, 8))
    assert (y_train.shape, y_test.shape) == ((1437,), (360,))
    assert (x_train.dtype, y_train.dtype) == (np.float64, np.int64)
    assert (x_train.min(), x_train.max()) == (0, 16)
    # Every original is there once, so no image is in both parts.
    from sklearn.datasets import load_digits as originals

    assert sorted(np.concatenate([x_train, x_test]).reshape(1797, 64).tolist()) == sorted(
        originals().data.tolist()
    )
    shares = np.bincount(y_test) / np.bincount(np.concatenate([y_train, y_test]))
    assert np.all(np.abs(shares - 0.2) < 0.01)
    x_train[:] = 0
    assert same(load_digits(), read("digits")[0])
    assert (locate("digits").kind, locate("digits").real) == ("package", True)
    assert fetch("digits") == locate("digits")
    assert locate("digits").digest == digest(load_digits())


def test_unknown_data_set_is_named() -> None:
    for use in (locate, read, fetch):
        with pytest.raises(
            ValueError, match=r"no data set 'cifar'\. Choose one of: fashion_mnist, mnist, digits"
        ):
            use("cifar")


def test_locating_costs_no_heavy_library() -> None:
    code = (
        "import sys; from helpers.data import locate; locate('mnist'), locate('digits');"
        "print(sorted({'tensorflow', 'keras', 'sklearn', 'scipy', 'ipywidgets'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not REAL_DATA, reason="COURSE_DATA names no folder with the real data")
def test_real_data_where_course_data_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", str(REAL_DATA))
    (train_images, train_labels), (test_images, _) = load_fashion_mnist()
    assert train_images[0, 23, 23] == 194
    assert train_labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert round(float(train_images.mean()), 4) == 72.9404
    assert round(float(test_images.mean()), 4) == 73.1466
    (digits, labels), _ = load_mnist()
    assert labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert round(float(digits.mean()), 4) == 33.3184
    for name in ("fashion_mnist", "mnist"):
        assert (locate(name).kind, locate(name).real) == ("folder", True)
