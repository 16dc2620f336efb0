"""What all that opens a gradebook needs, without nbgrader, which takes a second to import."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from grader.classroom.course import CONFIG_NAME, Course
from grader.errors import CourseError

# Formgrader may be saving a mark just now.
SECONDS_TO_WAIT_FOR_A_LOCK = 60


def url_of(course: Course) -> URL:
    """Where a course's gradebook is. Raises CourseError."""
    try:
        return make_url(course.gradebook_url)
    except ArgumentError:
        raise CourseError(
            f"{course.root / CONFIG_NAME}: c.CourseDirectory.db_url is not the URL of a database. Fix that, "
            "then run the command again."
        ) from None


def patient(url: URL) -> str:
    """The URL of a gradebook, with time for other writers of a SQLite file to finish."""
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(SECONDS_TO_WAIT_FOR_A_LOCK)})
    return url.render_as_string(hide_password=False)


def first_line(error: Exception) -> str:
    """What a database says went wrong, without the statement that it was asked."""
    return str(error).strip().partition("\n")[0]
