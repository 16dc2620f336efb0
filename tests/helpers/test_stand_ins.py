"""The built-in stand-ins: always the same, balanced, kept in a cache that mends itself, and announced once."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from helpers.data import StandInWarning, fashion_stand_in, load_fashion_mnist, load_mnist, mnist_stand_in
from helpers.data.arrays import Arrays, digest
from helpers.data.known import FASHION_MNIST, IMAGE_SETS, MNIST
from helpers.data.stand_ins import stand_in, stand_in_path
from tests.helpers.sample_data import bare_machine, new_process, sample

MAKERS = {"fashion_mnist": fashion_stand_in.make, "mnist": mnist_stand_in.make}


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """A cache that two processes filled at the same time, and the digests of what each of them read."""
    home = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_DATA"}
    environment |= {"HOME": str(home), "XDG_CACHE_HOME": str(home), "KERAS_HOME": str(home / "keras")}
    code = "from helpers.data import locate; print(locate('fashion_mnist').digest, locate('mnist').digest)"
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    return home, [process.communicate()[0].split() for process in both]


@pytest.fixture(scope="module", params=["fashion_mnist", "mnist"])
def made(request: pytest.FixtureRequest) -> tuple[str, Arrays]:
    """Each stand-in, made by this process."""
    return request.param, MAKERS[request.param]()


def test_every_process_makes_the_same(
    two_processes: tuple[Path, list[list[str]]], made: tuple[str, Arrays]
) -> None:
    name, arrays = made
    place = list(IMAGE_SETS).index(name)
    assert [digests[place] for digests in two_processes[1]] == [digest(arrays)] * 2


def test_processes_at_once_leave_one_whole_file_each(
    two_processes: tuple[Path, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, digests = two_processes
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    kept = {stand_in_path(FASHION_MNIST), stand_in_path(MNIST)}
    assert {path for path in home.rglob("*") if path.is_file()} == kept
    with pytest.MonkeyPatch.context() as patch:
        for module in (fashion_stand_in, mnist_stand_in):
            patch.setattr(module, "make", lambda: pytest.fail("made again although it is kept"))
        fashion, digits = stand_in(FASHION_MNIST), stand_in(MNIST)
    assert [digest(fashion), digest(digits)] == digests[0]
    # An ankle boot comes first, as in the real data set.
    assert fashion[0][1][0] == 9


def test_shapes_and_shares_are_those_of_the_real_set(made: tuple[str, Arrays]) -> None:
    for count, (images, labels) in zip((60_000, 10_000), made[1], strict=True):
        assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
        assert (labels.shape, labels.dtype) == ((count,), np.uint8)
        assert np.bincount(labels).tolist() == [count // 10] * 10
        # shuffled: each class has about its share of every tenth of the data
        assert all(abs(int((labels[:: count // 1000] == label).sum()) - 100) < 60 for label in range(10))


def test_images_use_the_whole_range_on_black(made: tuple[str, Arrays]) -> None:
    for images, _ in made[1]:
        assert (images.min(), images.max()) == (0, 255)
        assert 25 < images.mean() < 90
        assert np.median(images) == 0 or np.mean(images == 0) > 0.4
        assert np.all(images.reshape(len(images), -1).max(axis=1) > 40)


def test_no_image_comes_twice(made: tuple[str, Arrays]) -> None:
    (x_train, _), (x_test, _) = made[1]
    seen = {image.tobytes() for image in np.concatenate([x_train, x_test])}
    assert len(seen) == 70_000


def test_a_simple_classifier_learns_from_both_parts(made: tuple[str, Arrays]) -> None:
    """The nearest class mean is far better than chance, and far from perfect: labels belong to their images."""
    (x_train, y_train), (x_test, y_test) = made[1]
    means = np.array([x_train[y_train == label].mean(axis=0).ravel() for label in range(10)])
    flat = x_test[:2000].reshape(2000, -1).astype(float)
    guesses = (flat @ means.T - (means**2).sum(axis=1) / 2).argmax(axis=1)
    assert 0.5 < np.mean(guesses == y_test[:2000]) < 0.95


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def other_arrays(path: Path) -> None:
    """A whole file, but not with the arrays that its checksum was taken of."""
    (x_train, y_train), (x_test, y_test) = sample(5)
    sha256 = digest(sample(6))
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, sha256=sha256)


@pytest.mark.parametrize(
    "damage",
    [
        spoil,
        other_arrays,
        lambda path: path.write_bytes(path.read_bytes()[:1000]),
        lambda path: path.write_bytes(b""),
        lambda path: np.savez(path, x_train=np.zeros(3)),
    ],
)
def test_a_damaged_cache_is_noticed_and_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    bare_machine(monkeypatch, tmp_path)
    stand_in(MNIST)
    path = stand_in_path(MNIST)
    damage(path)
    assert digest(stand_in(MNIST)) == digest(sample(202))
    monkeypatch.setattr("helpers.data.mnist_stand_in.make", lambda: pytest.fail("the cache was not mended"))
    assert digest(stand_in(MNIST)) == digest(sample(202))
    assert [each for each in path.parent.iterdir()] == [path]


def test_a_new_version_does_not_use_the_old_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_machine(monkeypatch, tmp_path)
    stand_in(MNIST)
    monkeypatch.setattr("helpers.data.mnist_stand_in.VERSION", 99)
    monkeypatch.setattr("helpers.data.mnist_stand_in.make", lambda: sample(99))
    assert digest(stand_in(MNIST)) == digest(sample(99))


def test_without_a_place_to_keep_it_the_stand_in_is_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare_machine(monkeypatch, tmp_path)
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert digest(stand_in(MNIST)) == digest(sample(202))


def test_one_warning_per_process_and_data_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_machine(monkeypatch, tmp_path)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for load in (load_fashion_mnist, load_fashion_mnist, load_mnist, load_mnist):
            load()
        assert [each.category for each in heard] == [StandInWarning, StandInWarning]
        for warning, title in zip(heard, ("Fashion-MNIST", "MNIST"), strict=True):
            text = str(warning.message)
            assert f"stand-in for {title}, made by the course" in text
            assert "accuracies and marks can differ" in text
            assert "restart the kernel" in text
            assert "COURSE_DATA" in text
            assert "\n" not in text
            assert warning.filename == __file__
        new_process(monkeypatch)
        load_mnist()
        assert len(heard) == 3
