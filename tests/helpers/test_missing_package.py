"""A package that is not installed is named in one sentence where helpers are imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.missing_package import MissingPackageError, in_one_sentence
from tests.helpers.kernels import run_in_kernel

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
    del sys.modules[name]
"""


def test_the_sentence_takes_the_place_of_the_stack_trace() -> None:
    with pytest.raises(Exception, match="The package matplotlib is not installed") as caught:
        run_in_kernel(HIDE, "import helpers")
    assert "START.html" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert str(Path("helpers") / "plots") not in str(caught.value)


def test_a_part_of_the_course_that_is_missing_is_no_package() -> None:
    error = ModuleNotFoundError("No module named 'helpers.nothing'", name="helpers.nothing")
    assert in_one_sentence(error) is error
    found = in_one_sentence(ModuleNotFoundError("No module named 'scipy.linalg'", name="scipy.linalg"))
    assert isinstance(found, MissingPackageError)
    assert str(found).startswith("The package scipy is not installed")
