"""What a feedback page was made from: a hash in its head, by which an old page is known."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from grader.classroom.handed_in import read_handed_in
from grader.classroom.lesson import Lesson
from grader.classroom.records import read_record
from grader.classroom.submission import UnreadableSubmissionError
from grader.desk.feedback.marks_given import MarksGiven

IN_PAGE = re.compile(rb'<meta name="made-from" content="([0-9a-f]{64})">')
HEAD_BYTES = 2000


def stamp_of(lesson: Lesson, student: str, given: Mapping[str, MarksGiven]) -> str:
    """The stamp of a page made now: another one once something else is handed in, graded again, or marked.

    given: what the gradebook says of the student's notebooks, by name.
    """
    try:
        handed_in = read_handed_in(lesson, student).digest
    except UnreadableSubmissionError as error:
        handed_in = error.to_student
    record = read_record(lesson.course, lesson.name, student)
    return hashlib.sha256(
        repr((record.key if record else "", handed_in, sorted(given.items()))).encode()
    ).hexdigest()


def stamp_in(page: bytes) -> str:
    """The stamp that a page has; "" where it has none."""
    found = IN_PAGE.search(page, 0, HEAD_BYTES)
    return found[1].decode() if found else ""
