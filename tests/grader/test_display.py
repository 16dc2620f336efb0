"""Findings on a class are shown once each, with whose they are, and only counted where they are many."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.records import Record
from grader.commands.display import findings_lines


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
