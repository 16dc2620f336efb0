"""Answers in words are shown as they read, without what only a terminal obeys."""

from __future__ import annotations

from grader.desk.harmless.prose import prose


def test_control_characters_are_left_out() -> None:
    assert prose("# Why\r\n\nIt\tis \x1b[2Jso\x07.\x9b", "answer").split() == [
        "<h3>Why</h3>",
        "<p>It",
        "is",
        "[2Jso.</p>",
    ]
