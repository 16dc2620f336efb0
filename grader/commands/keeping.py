"""`course forget`, `backup`, `restore` and `move-gradebook`: students' data and marks."""

from __future__ import annotations

from pathlib import Path

import typer

from grader.classroom.course import Course
from grader.commands import display


def forget_and_show(course: Course, student: str, *, is_sure: bool) -> bool:
    """Show what is kept of a student, ask, and remove it. Returns whether it was removed."""
    from grader.desk.keeping.forget import forget, held_of

    held = held_of(course, student)
    if not is_sure:
        display.note(f"The following is kept about {student} and will be removed:")
        for line in held.lines:
            display.note(f"  {line}")
        if not typer.confirm("Remove all of it? It cannot be brought back."):
            display.note("Nothing was removed.")
            return False
    for line in forget(course, student).lines:
        display.note(f"Removed: {line}")
    display.note(
        f"Not touched: backups, and files that you exported or handed on; {student} may still be in them."
    )
    return True


def back_up_and_show(course: Course, path: Path | None) -> None:
    """Make a backup, and say where it is and what is in it."""
    from grader.desk.keeping.backup import back_up

    with display.step("Backing up", total=1) as step:
        made = back_up(course, path, step.of)
    for line in made.manifest.left_out:
        display.problem(f"Left out: {line}")
    files = len(made.manifest.files)
    display.note(f"{made.path}: the gradebook and {files - 1} files, {made.path.stat().st_size / 1e6:.1f} MB")
    display.note("It holds names and marks: keep it where only you can read it, and not on this disk alone.")


def restore_and_show(course: Course, path: Path, *, replace: bool) -> None:
    """Restore a backup, and say what is there now."""
    from grader.desk.keeping.restore import restore

    with display.step("Restoring", total=1) as step:
        manifest = restore(course, path, step.of, replace=replace)
    display.note(
        f"Restored: the gradebook and {len(manifest.files) - 1} files, as they were at {manifest.made_at}."
    )


def move_and_show(course: Course, url: str) -> None:
    """Move the gradebook, and say what to write into the configuration."""
    from grader.desk.keeping.databases import shown
    from grader.desk.keeping.move import move_gradebook

    with display.step("Moving the gradebook", total=1) as step:
        moved = move_gradebook(course, url, step.of)
    url = moved.url
    display.note(
        f"{sum(moved.rows.values())} rows are in {shown(url)} now, each compared with the original: "
        f"{moved.rows['submitted_assignment']} submissions, {moved.rows['grade']} marks, "
        f"{moved.rows['comment']} comments."
    )
    display.note("Until nbgrader_config.py says so, the old gradebook is used. Write there:")
    display.note(f'  c.CourseDirectory.db_url = "{shown(url)}"')
    if shown(url) != url:
        display.note("with the password in place of ***.")
