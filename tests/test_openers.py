"""What the lessons' openers promise of time is what the benchmark measured last."""

from __future__ import annotations

import json

import pytest

from suites.measured.lesson_seconds import FACTOR, RECORD, stated
from tests.conftest import LESSONS, ROOT


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_stated_seconds_were_measured(lesson: str) -> None:
    measured = json.loads(RECORD.read_text(encoding="utf-8"))[lesson]
    assert 1 / FACTOR <= measured / stated(ROOT / "source" / lesson) <= FACTOR
