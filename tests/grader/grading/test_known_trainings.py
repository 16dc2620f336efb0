"""Trainings that are remembered come back to the last bit, or not at all."""

from __future__ import annotations

import math
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import CourseError
from grader.executor.trainings import Array, Generator, Trained
from grader.grading.known_trainings import KnownTrainings
from tests.conftest import ROOT

KEY, OTHER_KEY = "a" * 64, "b" * 64
LOSSES = [2.5, 0.1, math.nan, math.inf, -math.inf, -0.0, 5e-324]
HOUR = 3600
SPAWN = multiprocessing.get_context("spawn")


def trained(seed: int = 1) -> Trained:
    return Trained(
        state=(Array("<f4", (3, 2)), Array("<i8", ())),
        curves={"loss": [each.hex() for each in LOSSES], "val_accuracy": ["0x1.8p-1"]},
        epochs=(0, 1, 2),
        params={"verbose": 2, "epochs": 3, "steps": None, "shuffle": True, "rate": 0.1},
        generator=Generator(seed, 3, (*range(624), 2**32 - 1), gauss=-0.3),
        printed="Epoch 1/3\n…\n",
        seconds=12.5,
    )


def arrays(value: int = 1, numbers: int = 6) -> list[np.ndarray]:
    return [np.full(numbers, value, "<f4"), np.array(value, "<i8")]


def store(tmp_path: Path, most_bytes: int = 2**30) -> KnownTrainings:
    return KnownTrainings(tmp_path / "trainings", most_bytes)


def keys_of(known: KnownTrainings) -> set[str]:
    return {path.name for path in known.folder.iterdir()}


class TestWhatComesBack:
    def test_it_is_what_was_put_to_the_last_bit(self, tmp_path: Path) -> None:
        odd = np.array([math.nan, math.inf, -math.inf, -0.0, 5e-324, 1 / 3], "<f8")
        odd.view("<u8")[0] |= 1  # a NaN with something in it
        odd = odd.reshape(2, 3)
        put: list[Any] = [odd, np.array(7, "<i8"), np.zeros((0, 4), "<f4"), bytearray(b"\0\xff")]
        assert store(tmp_path).put(KEY, trained(), put)
        # Another grader finds it, too.
        found = store(tmp_path).get(KEY)
        assert found is not None
        assert found[0] == trained()
        assert [bytes(each) for each in found[1]] == [bytes(memoryview(each)) for each in put]
        assert np.array_equal(Array("<f8", (2, 3)).of(found[1][0]).view("<u8"), odd.view("<u8"))
        losses = [float.fromhex(each) for each in found[0].curves["loss"]]
        assert np.array(losses).tobytes() == np.array(LOSSES).tobytes()

    def test_a_training_without_variables_is_one_too(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(), [])
        assert known.get(KEY) == (trained(), [])

    def test_what_is_put_last_counts(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(1), arrays(1, 1000))
        assert known.put(KEY, trained(2), arrays(2, 10))
        found = known.get(KEY)
        assert found is not None
        assert found[0] == trained(2)
        assert np.frombuffer(found[1][0], "<f4").tolist() == [2.0] * 10

    def test_nothing_is_known_of_another_key_or_without_a_folder(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.get(KEY) is None
        assert known.sizes() == []
        assert known.put(KEY, trained(), arrays())
        assert known.get(OTHER_KEY) is None
        assert known.get(KEY) is not None


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_flipped_bit(place: float) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[int(place * (len(content) - 1))] ^= 1
        return bytes(changed)

    return flip


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": cut,
    "one byte short": lambda content: content[:-1],
    "bit in the middle": with_flipped_bit(0.5),
    "last bit": with_flipped_bit(1),
    "empty": lambda _: b"",
    "zeros, as after a power cut": lambda content: bytes(len(content)),
    "other content": lambda _: b"{}" * 500,
    "more behind it": lambda content: content + b"\0",
    "twice": lambda content: content * 2,
}


class TestDamage:
    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
    def test_it_is_dropped_and_can_be_put_again(
        self, tmp_path: Path, damage: Callable[[bytes], bytes]
    ) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(), arrays())
        assert known.put(OTHER_KEY, trained(), arrays())
        path = known.folder / KEY
        path.write_bytes(damage(path.read_bytes()))
        assert known.get(KEY) is None
        assert not path.exists()
        assert known.get(OTHER_KEY) is not None
        assert known.put(KEY, trained(), arrays())
        assert known.get(KEY) is not None

    def test_every_flipped_bit_of_the_head_is_noticed(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(), arrays())
        path = known.folder / KEY
        whole = path.read_bytes()
        for place in range(80):
            for bit in range(8):
                changed = bytearray(whole)
                changed[place] ^= 1 << bit
                path.write_bytes(changed)
                assert known.get(KEY) is None, (place, bit)

    def test_a_whole_entry_of_another_key_is_not_taken_for_this_one(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(OTHER_KEY, trained(), arrays())
        shutil.copy(known.folder / OTHER_KEY, known.folder / KEY)
        assert known.get(KEY) is None
        assert keys_of(known) == {OTHER_KEY}

    def test_a_folder_in_the_place_of_an_entry_is_no_entry(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        (known.folder / KEY).mkdir(parents=True)
        assert known.get(KEY) is None
        assert not known.put(KEY, trained(), arrays())
        assert known.sizes() == []
        assert keys_of(known) == {KEY}


def run_with_folder(known: KnownTrainings, walls: list[str], code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that finds another folder in the place of the store's."""
    program = f"""
from pathlib import Path
from tests.grader.grading.test_known_trainings import *
known = KnownTrainings(Path({str(known.folder)!r}))
{code}
"""
    command = ["bwrap", "--dev-bind", "/", "/", *walls, str(known.folder), "--chdir", str(ROOT)]
    return subprocess.run(
        [*command, sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


class TestWhereNothingCanBeKept:
    def test_below_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "trainings").write_text("mine")
        for folder in (tmp_path / "trainings", tmp_path / "trainings" / "below"):
            known = KnownTrainings(folder)
            assert not known.put(KEY, trained(), arrays())
            assert known.get(KEY) is None
            with pytest.raises(CourseError, match="is not a folder"):
                known.sizes()
            with pytest.raises(CourseError, match="is not a folder"):
                known.clear()
        assert (tmp_path / "trainings").read_text() == "mine"

    def test_a_read_only_folder_can_be_read(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(), arrays())
        result = run_with_folder(
            known,
            ["--ro-bind", str(known.folder)],
            """
assert not known.put(OTHER_KEY, trained(), arrays())
assert not known.put(KEY, trained(2), arrays(2))
assert known.get(OTHER_KEY) is None
assert known.get(KEY)[0] == trained()
assert len(known.sizes()) == 1
known.clear()
""",
        )
        assert result.stderr.splitlines()[-1] == (
            f"grader.errors.CourseError: 1 of 1 trainings in {known.folder} cannot be removed: "
            "Read-only file system. Fix that, then run the command again."
        )
        assert known.get(KEY) is not None

    def test_a_full_disk_costs_what_does_not_fit_and_nothing_else(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        known.folder.mkdir()
        result = run_with_folder(
            known,
            ["--size", "1000000", "--tmpfs"],
            """
assert known.put(KEY, trained(), arrays())
assert not known.put(OTHER_KEY, trained(), arrays(numbers=500_000))
assert not known.put(KEY, trained(2), arrays(numbers=500_000))
assert keys_of(known) == {KEY}
assert known.get(KEY)[0] == trained()
assert known.put(OTHER_KEY, trained(), arrays())
""",
        )
        assert result.returncode == 0, result.stderr


class TestRoom:
    def one(self, tmp_path: Path) -> int:
        """What an entry takes."""
        known = KnownTrainings(tmp_path / "another")
        assert known.put(KEY, trained(), arrays())
        return known.sizes()[0]

    def test_the_oldest_go_first_and_getting_one_makes_it_young_again(self, tmp_path: Path) -> None:
        known = store(tmp_path, 3 * self.one(tmp_path))
        for age, key in ((300, "old"), (200, "older than it looks"), (100, "young")):
            assert known.put(key, trained(), arrays())
            then = time.time() - age
            os.utime(known.folder / key, (then, then))
        assert known.get("old") is not None
        assert known.put("new", trained(), arrays())
        assert keys_of(known) == {"old", "young", "new"}
        assert known.put("newer", trained(), arrays())
        assert keys_of(known) == {"old", "new", "newer"}
        assert known.get("young") is None

    def test_what_fits_at_no_time_costs_no_other(self, tmp_path: Path) -> None:
        known = store(tmp_path, 2 * self.one(tmp_path))
        assert known.put(KEY, trained(), arrays())
        assert not known.put(OTHER_KEY, trained(), arrays(numbers=100_000))
        assert keys_of(known) == {KEY}

    def test_all_can_be_forgotten(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.clear() == 0
        assert not known.folder.exists()
        assert known.put(KEY, trained(), arrays())
        assert known.put(OTHER_KEY, trained(), arrays())
        assert len(known.sizes()) == 2
        assert known.clear() == 2
        assert known.get(KEY) is None
        assert keys_of(known) == set()

    def test_others_on_this_machine_may_not_write_there(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        assert known.put(KEY, trained(), arrays())
        assert [path.stat().st_mode & 0o077 for path in (known.folder, known.folder / KEY)] == [0, 0]


def put_and_get(folder: Path, mine: int, seconds: float, keys: list[str]) -> None:
    """As one of several graders that train the same; here each has results of its own, to be told apart."""
    known = KnownTrainings(folder)
    until = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < until:
        for key in keys:
            assert known.put(key, trained(mine), arrays(mine, 300_000))
            found = known.get(key)
            assert found is not None
            seed = found[0].generator.seed
            assert found[0] == trained(int(seed or 0))
            assert set(np.frombuffer(found[1][0], "<f4")) == {float(seed or 0)}
        rounds += 1
    assert rounds > 1


def put_for_ever(folder: Path) -> None:
    """As a grader that is stopped at some time."""
    known = KnownTrainings(folder)
    content = arrays(numbers=4_000_000)
    while True:
        known.put(KEY, trained(), content)


def is_half_written(path: Path) -> bool:
    return path.stat().st_size < 16_000_000


def kill_while_it_writes(writer: BaseProcess, folder: Path) -> Path:
    """Returns the half of an entry that the writer has left."""
    assert writer.pid is not None
    for _ in range(20_000):
        time.sleep(0.0005)
        if not folder.exists() or {path.name for path in folder.iterdir()} <= {KEY}:
            continue
        os.kill(writer.pid, signal.SIGSTOP)
        halves = [path for path in folder.iterdir() if path.name != KEY and is_half_written(path)]
        if halves:
            os.kill(writer.pid, signal.SIGKILL)
            writer.join()
            return halves[0]
        os.kill(writer.pid, signal.SIGCONT)
    raise AssertionError("It was never seen while it wrote.")


class TestSeveralAtOnce:
    def test_two_that_put_and_get_the_same_never_see_half_of_one(self, tmp_path: Path) -> None:
        folder = tmp_path / "trainings"
        graders = [
            SPAWN.Process(target=put_and_get, args=(folder, mine, 2.0, [KEY, OTHER_KEY])) for mine in (1, 2)
        ]
        for each in graders:
            each.start()
        for each in graders:
            each.join()
        assert [each.exitcode for each in graders] == [0, 0]
        assert keys_of(KnownTrainings(folder)) == {KEY, OTHER_KEY}

    def test_of_one_killed_while_it_writes_nothing_is_read_and_nothing_stays(self, tmp_path: Path) -> None:
        known = store(tmp_path)
        writer = SPAWN.Process(target=put_for_ever, args=(known.folder,))
        writer.start()
        try:
            half = kill_while_it_writes(writer, known.folder)
        finally:
            writer.kill()
            writer.join()
        found = known.get(KEY)
        if found is not None:  # from the time before
            assert found[0] == trained()
        (known.folder / KEY).unlink(missing_ok=True)
        assert known.sizes() == []
        # Another grader may be writing it.
        assert known.put(OTHER_KEY, trained(), arrays())
        assert half.exists()
        then = time.time() - 2 * HOUR
        os.utime(half, (then, then))
        assert known.put(OTHER_KEY, trained(), arrays())
        assert keys_of(known) == {OTHER_KEY}
        half.write_bytes(b"half")
        assert known.clear() == 1
        assert keys_of(known) == set()
