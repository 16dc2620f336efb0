"""`course doctor`: whether this machine can grade, in one screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.markup import escape
from rich.table import Table

from grader.commands import display
from grader.desk.doctor.examination import can_grade
from grader.desk.doctor.examination import examine as examine_machine
from grader.desk.doctor.finding import Finding, State
from grader.sentences import counted

COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILS: "bold red"}


def examine(course: Path) -> bool:
    """Show what there is, what it means and what to do. Returns whether this machine can grade."""
    with display.step("Examining this machine", total=1) as step:
        findings = examine_machine(course, step.of)
    display.console.print(table(findings))
    if not can_grade(findings):
        display.problem("This machine cannot grade: fix what fails first.")
        return False
    warnings = sum(finding.state is State.WARNING for finding in findings)
    noted = f"; {counted(warnings, 'warning')}" if warnings else ""
    display.note(f"This machine can grade{noted}.")
    return True


def table(findings: Sequence[Finding]) -> Table:
    """What was found, with what to do below it."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("")
    made.add_column("check", no_wrap=True)
    made.add_column("result, and what to do", overflow="fold")
    for finding in findings:
        colour = COLOURS[finding.state]
        told = escape(display.printable(finding.found))
        if finding.advice:
            told += f"\n[{colour}]→ {escape(display.printable(finding.advice))}[/{colour}]"
        made.add_row(f"[{colour}]{finding.state.value}[/{colour}]", finding.what, told)
    return made
