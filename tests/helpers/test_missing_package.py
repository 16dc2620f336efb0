"""A package that is not installed is named in one sentence where helpers are imported."""

from __future__ import annotations

import pytest
from nbclient.exceptions import CellExecutionError

from helpers.missing_package import MissingPackageError, in_one_sentence
from tests.helpers.kernels import run_in_kernel

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "numpy":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
for name in [name for name in sys.modules if name.partition(".")[0] == "numpy"]:
    del sys.modules[name]
"""


def test_the_sentence_takes_the_place_of_the_stack_trace() -> None:
    with pytest.raises(CellExecutionError) as caught:
        run_in_kernel(HIDE, "import helpers")
    assert caught.value.ename == "MissingPackageError"
    assert caught.value.evalue.startswith("The package numpy is not installed in the Python that runs")
    assert "START.html" in caught.value.evalue
    assert "Traceback" not in caught.value.traceback


def test_a_part_of_the_course_that_is_missing_is_no_package() -> None:
    error = ModuleNotFoundError("No module named 'helpers.nothing'", name="helpers.nothing")
    assert in_one_sentence(error) is error
    found = in_one_sentence(ModuleNotFoundError("No module named 'scipy.linalg'", name="scipy.linalg"))
    assert isinstance(found, MissingPackageError)
    assert str(found).startswith("The package scipy is not installed")
