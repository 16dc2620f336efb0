"""The workflow in the students' zip checks the notebooks that a push changed, and fails when one is not ready."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

STEPS = yaml.safe_load((ROOT / "student/.github/workflows/check.yml").read_text(encoding="utf-8"))["jobs"][
    "check"
]["steps"]
NO_COMMIT = "0" * 40
FAKE = """#!/bin/sh
echo "checked: $3"
! grep -q wrong "$3"
"""


def git(repository: Path, *arguments: str) -> str:
    made = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


def commit(repository: Path, **notebooks: str) -> str:
    for name, content in notebooks.items():
        path = repository / "notebooks" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "work")
    return git(repository, "rev-parse", "HEAD")


def pushed(repository: Path, before: str) -> tuple[int, list[str]]:
    """Run the last step of the workflow as GitHub does; its exit code, and what was checked."""
    tools = repository.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "course").write_text(FAKE, encoding="utf-8")
    (tools / "course").chmod(0o755)
    made = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEPS[-1]["run"]],
        cwd=repository,
        env={"PATH": f"{tools}:/usr/bin:/bin", "BEFORE": before, "RUNNER_TEMP": str(tools)},
        check=False,
        capture_output=True,
        text=True,
    )
    lines = made.stdout.splitlines()
    return made.returncode, [line.partition(": ")[2] for line in lines if line.startswith("checked: ")]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "Kurs Übung é"
    folder.mkdir()
    git(folder, "init", "--quiet")
    return folder


def test_what_a_push_changed_is_checked_and_nothing_else(repository: Path) -> None:
    first = commit(repository, a="fresh", b="fresh", c="fresh")
    assert pushed(repository, NO_COMMIT) == (0, [])
    commit(repository, a="wrong")
    second = commit(repository, b="right")
    assert pushed(repository, first) == (1, ["notebooks/a/a.ipynb", "notebooks/b/b.ipynb"])
    assert pushed(repository, NO_COMMIT) == (0, ["notebooks/b/b.ipynb"])
    (repository / "notebooks" / "a" / "a.ipynb").unlink()
    commit(repository)
    assert pushed(repository, second) == (0, [])
