"""The guide to what can go wrong quotes messages as the commands say them."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
TABLE = GUIDE[GUIDE.index("## When things go wrong") :]
QUOTED = re.findall(r"^\| [^|]*?`([^|`]+)`", TABLE, re.MULTILINE)
# What SQLite says.
OTHERS = ("database is locked",)
SAID = re.sub(
    r'"\s*\n\s*f?"',
    "",
    "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "grader").rglob("*.py"))),
)


def test_the_guide_quotes_messages() -> None:
    assert len(QUOTED) >= 10


@pytest.mark.parametrize("message", [each for each in QUOTED if each not in OTHERS])
def test_each_message_in_the_guide_is_said(message: str) -> None:
    said = SAID
    for part in re.split(" ?… ?", message):
        assert part in said
        said = said[said.index(part) + len(part) :] if part else said


def test_each_command_in_the_guide_is_there() -> None:
    app = (ROOT / "grader" / "commands" / "app.py").read_text(encoding="utf-8")
    for command in set(re.findall(r"`course ([a-z-]+)", GUIDE)):
        assert re.search(rf'^def {command}_?\(|command\("{command}"\)', app, re.MULTILINE), command
