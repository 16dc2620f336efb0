"""Text is parsed rightly while other threads parse and garbage is collected."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.syntax import parse, parse_expression

SOURCE = "\n".join(f"def function_{number}(x):\n    return x + {number}\n" for number in range(500))


class Garbage:
    """Something that runs code when it is collected, and so lets other threads run."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        for _ in range(200):
            pass


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)


def parsed(_: int) -> int:
    for _ in range(5):
        Garbage()
    return len(parse(SOURCE).body)


@pytest.mark.usefixtures("hurried_threads")
def test_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(parsed, range(40))) == {500}


def test_an_expression_is_one() -> None:
    assert type(parse_expression("1 + 1")).__name__ == "BinOp"
    with pytest.raises(SyntaxError):
        parse_expression("x = 1")
