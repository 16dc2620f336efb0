"""What the README and the guides tell people to type and to open is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from suites.measured.mutants import Found
from tests.conftest import LESSONS, ROOT

RESULTS = ROOT / "benchmarks" / "results"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", readme, re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


def test_every_make_target_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split()[1] for line in commands() if line.startswith("make ")]
    assert {"demo", "test"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_course_commands_are_those_of_the_guide_which_a_test_follows() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8").splitlines()
    shown = [line for line in commands() if line.startswith("course ")]
    assert shown
    assert set(shown) <= set(guide)


def test_students_are_sent_to_the_zip_and_not_to_a_clone() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    students = readme.partition("## For students")[2].partition("\n## ")[0]
    assert "START.html" in students
    assert "git clone" not in students
    assert "`course bundle`" in readme


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_lists_every_lesson() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [lesson for lesson in LESSONS if f"notebooks/{lesson}/{lesson}.ipynb" not in readme] == []


def results(name: str) -> Any:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_what_the_readme_says_about_speed_was_measured() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    speed = results("grading_speed")
    assert speed.pop("machine") in readme
    for each in speed.values():
        seconds = f"{each['stock']:.0f} s | {each['ours']:.0f} s"
        assert f"| {each['title']} | {seconds} | {each['ratio']:.1f} |" in readme
    overhead = results("grading_overhead")["one_epoch"]
    assert f"Grading {overhead['students']} notebooks" in readme
    assert f"takes {overhead['overhead']:.2f} times as long as their cells" in readme
    assert f"has changed takes {speed['numpy']['unchanged']:.1f} s" in readme
    assert f"takes {results('kernel_memory')['most_beyond_arrays_mb']} MB beyond" in readme
    soak, hosts = results("soak"), results("hosts_scaling")
    assert f"{soak['students']:,} submissions take {soak['times_as_long_as_half']} times as long" in readme
    assert f"Three hosts are {hosts['one_host_seconds'] / hosts['seconds']:.1f} times as fast" in readme


def test_what_the_readme_says_about_marks_was_measured() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    answers = sum(row["right"] + row["wrong"] for row in results("answer_bank"))
    assert f"holds {answers:,} answers" in readme
    mutants = [Found(**row) for row in results("mutants").values()]
    wrong, caught = (sum(getattr(found, what) for found in mutants) for what in ("wrong", "caught"))
    assert (
        f"Of {wrong} small changes to the solutions that make them wrong, the checks catch {caught}."
        in readme
    )
    same, free = (sum(getattr(found, what) for found in mutants) for what in ("same", "free"))
    assert f"Another {same} give the same results, and {free} change only what the task leaves open" in readme
    assert f"each of {min(row['seeds'] for row in results('fairness'))} seeds" in readme
