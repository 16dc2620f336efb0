"""What all that opens a gradebook needs, without nbgrader, which takes a second to import."""

from __future__ import annotations

from sqlalchemy import URL

# Formgrader may be saving a mark just now.
SECONDS_TO_WAIT_FOR_A_LOCK = 60


def patient(url: URL) -> str:
    """The URL of a gradebook, with time for other writers of a SQLite file to finish."""
    if url.get_backend_name() == "sqlite":
        url = url.update_query_dict({"timeout": str(SECONDS_TO_WAIT_FOR_A_LOCK)})
    return url.render_as_string(hide_password=False)


def first_line(error: Exception) -> str:
    """What a database says went wrong, without the statement that it was asked."""
    return str(error).strip().partition("\n")[0]
