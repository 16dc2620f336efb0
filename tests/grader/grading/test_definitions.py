"""What a cell defines is read from its text: magics or not, and a stub defines nothing."""

from __future__ import annotations

import time

import pytest

from grader.grading.definitions import definitions


@pytest.mark.parametrize(
    ("source", "defines"),
    [
        ("def mse(a, b):\n    return a - b", {"mse"}),
        ("mse = lambda a, b: a - b", {"mse"}),
        ("async def mse(a): return a", {"mse"}),
        ("class Model:\n    size = 3", {"Model"}),
        ("a, (b, *c) = d = range(4)", {"a", "b", "c", "d"}),
        ("if True:\n    x = 1\nelse:\n    y = 2\nfor i in range(3):\n    z = i", {"x", "y", "z", "i"}),
        ("with open('f') as file:\n    print((n := 3))", {"file", "n"}),
        ("from losses import mse as error\nimport numpy.linalg", {"error", "numpy"}),
        ("def f():\n    inner = 1\n    return [local for local in range(3)]", {"f"}),
        ("%%time\ndef mse(a): return a", {"mse"}),
        ("  %%capture kept\nx = 1", {"x"}),
        ("%matplotlib inline\n!ls\nx = 1\nif x:\n    %time print(x)", {"x"}),
        ("%%writefile losses.py\ndef mse(a): return a", set()),
        ("%%bash\nx=1", set()),
        ("def mse(a, b):\n    '''What it is.'''\n    raise NotDoneYet", set()),
        ("class Model:\n    def fit(self):\n        pass", set()),
        ("x = ...\ny, z = ..., None", set()),
        ("x = ...\nx = 3", {"x"}),
        ("def mse(", set()),
        ("x = " + "(" * 5000, set()),
        ("x = 1" + 30_000 * " + 1", set()),
        ("x = 1\n" + "#" * 300_000, set()),
    ],
    # The order of a set is another one in each process.
    ids=lambda value: repr(value)[:30] if isinstance(value, str) else None,
)
def test_names_that_a_cell_gives_a_value(source: str, defines: set[str]) -> None:
    assert definitions(source).defines == defines


@pytest.mark.parametrize(
    ("source", "does_nothing"),
    [
        ("", True),
        ("# later", True),
        ("pass", True),
        ("def f():\n    ...", True),
        ("x = ...\nraise NotDoneYet  # here", True),
        ("x = 1", False),
        ("print('done')", False),
        ("def f(", False),
    ],
)
def test_what_is_only_a_stub_does_nothing(source: str, does_nothing: bool) -> None:
    assert definitions(source).does_nothing == does_nothing


def test_what_a_cell_may_bind_besides_is_not_read_from_it() -> None:
    assert definitions("from losses import *").may_bind_more
    assert definitions("def f(").may_bind_more
    assert not definitions("from losses import mse").may_bind_more


def test_empty_lines_are_read_in_no_time() -> None:
    started = time.process_time()
    assert definitions("if x:" + "\n" * 45_000 + "    y = 1").defines == {"y"}
    assert time.process_time() - started < 0.5
