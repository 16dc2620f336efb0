"""Whether what was graded is what lies in submitted/ now."""

from __future__ import annotations

from grader.classroom.handed_in import HandedIn, read_handed_in
from grader.classroom.lesson import Lesson
from grader.classroom.records import Record
from grader.classroom.submission import UnreadableSubmissionError


def is_graded(handed_in: HandedIn, record: Record) -> bool:
    """Whether a record is of this submission, within whatever limits it was graded."""
    return record.handed_in == handed_in.digest


def has_changed(lesson: Lesson, record: Record) -> bool:
    """Whether something else was handed in after it was graded. What is gone has not changed."""
    if not (lesson.course.submitted / record.student / lesson.name).is_dir():
        return False
    try:
        return not is_graded(read_handed_in(lesson, record.student), record)
    except UnreadableSubmissionError:
        return True
