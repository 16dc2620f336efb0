"""Names in progress bars: shown as they are written, whatever they would mean to a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.commands import display

# A link and a colour, as Rich writes them.
NAMES = ["[red]ada", "a[link=https://evil.example]b", "[/]", "ada\x1b[2J"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_literally(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(display, "console", Console(file=shown, force_terminal=True, width=120))
    with display.step("Feedback:", 2) as step:
        step.advance(1, name)
    assert f"Feedback: {name.replace(chr(27), '�')}" in shown.getvalue()
