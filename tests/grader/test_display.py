"""Findings on a class are shown once each; of time it says what was computed and what was remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from grader.classroom.records import Record
from grader.commands.display import findings_lines, marks_line, seconds_table


def record(student: str, *findings: str) -> Record:
    return Record(student, "01_small", "key", (), findings, "", 1.0, 1.0, "2026-01-01", {})


def test_nothing_is_said_of_a_class_without_findings() -> None:
    assert findings_lines([record("ada"), record("bob")], Path("reports")) == []


def test_one_finding_of_several_students_is_one_line() -> None:
    class_ = [
        record(f"student{number}", "check_mse was edited; the original was run.") for number in range(7)
    ]
    assert findings_lines(class_, Path("reports")) == [
        "Findings (also in reports/<lesson>/<student>.json):",
        "  01_small: check_mse was edited; the original was run. "
        "(student0, student1, student2, student3, student4 and 2 more)",
    ]


def test_many_findings_are_counted() -> None:
    class_ = [record(f"student{number}", f"cell_{number} was deleted.") for number in range(11)]
    assert findings_lines([*class_, record("ada")], Path("reports")) == [
        "There are findings on 11 submissions, such as what was put right: see reports/<lesson>/<student>.json"
    ]


def shown(*records: Record) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(seconds_table(records))
    return capture.get()


def test_remembered_seconds_are_shown_where_there_are_any() -> None:
    spared = replace(record("bob"), remembered_seconds=34.2)
    assert "emember" not in shown(record("ada")) + marks_line(record("ada"))
    table = shown(record("ada"), spared)
    assert "remembered" in table
    assert "34.2" in table
    assert "Remembered trainings saved 34 s." in " ".join(table.split())
    assert marks_line(spared) == "bob, 01_small: 0 of 0 (1.0 s, 34.2 s remembered)"
