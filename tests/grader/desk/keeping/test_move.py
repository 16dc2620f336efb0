"""A gradebook moved to PostgreSQL has every row that it had, and grading, feedback and backups go on there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text

from grader.classroom.course import CONFIG_NAME, Course
from grader.desk.keeping.backup import back_up
from grader.desk.keeping.restore import restore
from tests.course_here import run_course
from tests.grader.desk.feedback.classes import LESSON, page_of
from tests.grader.desk.keeping.conftest import COMMENT
from tests.grader.desk.keeping.contents import files, rows, sqlite


def use(course: Path, url: str) -> None:
    with (course / CONFIG_NAME).open("a", encoding="utf-8") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{url}"\n')


def test_every_row_is_the_same_in_postgresql_and_the_course_goes_on(
    kept_course: Path, postgresql: str, tmp_path: Path
) -> None:
    before, files_before = rows(sqlite(kept_course)), files(kept_course)
    assert {table: len(found) for table, found in before.items() if found}.keys() >= {
        "grade",
        "comment",
        "student",
    }
    moved = run_course("move-gradebook", postgresql, cwd=kept_course)
    assert moved.returncode == 0, moved.stderr
    assert f'c.CourseDirectory.db_url = "{postgresql}"' in moved.stdout
    moved_rows = rows(postgresql)
    # nbgrader leaves out the row of a course without an id, which PostgreSQL asks for.
    assert moved_rows.pop("course") == [("",), ("default_course",)]
    assert moved_rows == {table: found for table, found in before.items() if table != "course"}
    assert rows(sqlite(kept_course)) == before
    again = run_course("move-gradebook", postgresql, cwd=kept_course)
    assert again.returncode == 1
    assert "holds a gradebook already" in again.stderr

    use(kept_course, postgresql)
    (kept_course / "gradebook.db").unlink()
    assert run_course("grade", "--force", cwd=kept_course).returncode == 0
    assert run_course("feedback", cwd=kept_course).returncode == 0
    assert COMMENT.partition("\n")[0] in page_of(kept_course, "adam").read_text(encoding="utf-8")
    with Course.at(kept_course).api.gradebook as gradebook:
        assert gradebook.find_submission(LESSON, "ada").score == 2 + 2.5 + 0.25
        late = gradebook.find_submission(LESSON, "adam")
        assert late.late_submission_penalty == late.score > 0

    # Back up there, forget, restore there, restore into SQLite.
    course = Course.at(kept_course)
    graded = rows(postgresql)
    made = back_up(course, tmp_path / "mine.zip", lambda _done, _total: None)
    assert run_course("forget", "ada", "--yes", cwd=kept_course).returncode == 0
    assert "ada" not in {row[0] for row in rows(postgresql)["student"]}
    restore(course, made.path, lambda _done, _total: None, replace=True)
    assert rows(postgresql) == graded
    assert files(kept_course).keys() == files_before.keys()
    use(kept_course, sqlite(kept_course))
    restore(Course.at(kept_course), made.path, lambda _done, _total: None, replace=True)
    assert rows(sqlite(kept_course)) == graded


def test_what_postgresql_cannot_hold_is_one_line_and_leaves_no_row(
    kept_course: Path, postgresql: str
) -> None:
    engine = create_engine(sqlite(kept_course))
    with engine.begin() as connection:
        connection.execute(text("UPDATE comment SET manual_comment = 'nul: ' || char(0)"))
    result = run_course("move-gradebook", postgresql, cwd=kept_course)
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "does not take a row" in result.stderr
    assert not any(rows(postgresql).values())
    with engine.begin() as connection:
        connection.execute(text("UPDATE comment SET manual_comment = 'mended'"))
    assert run_course("move-gradebook", postgresql, cwd=kept_course).returncode == 0

    other = create_engine(postgresql)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    refused = run_course("move-gradebook", postgresql, cwd=kept_course)
    assert "holds other tables (theirs)" in refused.stderr
    other.dispose()
    unreachable = run_course("move-gradebook", "postgresql+psycopg://a:secret@127.0.0.1:9/b", cwd=kept_course)
    assert unreachable.returncode == 1
    assert "secret" not in unreachable.stderr
    assert len(unreachable.stderr.strip().splitlines()) == 1


def test_a_relative_address_is_told_as_one_that_holds_in_any_folder(kept_course: Path) -> None:
    moved = run_course("move-gradebook", "sqlite:///new.db", cwd=kept_course)
    assert moved.returncode == 0, moved.stderr
    assert f'c.CourseDirectory.db_url = "sqlite:///{kept_course}/new.db"' in moved.stdout
    assert rows(f"sqlite:///{kept_course}/new.db") == rows(sqlite(kept_course))
