"""Make the pages that students get back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic import write_text
from grader.classroom.autotests import with_autotests
from grader.classroom.course import Course
from grader.classroom.grading_lock import grading_lock
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import read_record
from grader.errors import CourseError


@dataclass(frozen=True)
class Feedback:
    """What came of making pages. pages: those written. problems: why others were not, a line each."""

    pages: Sequence[Path]
    problems: Sequence[str]


def graded_students(course: Course, lesson: str) -> list[str]:
    """The students with a graded notebook of a lesson."""
    return sorted(folder.parent.name for folder in course.autograded.glob(f"*/{lesson}") if folder.is_dir())


def give_feedback(
    course: Course,
    name: str,
    students: Sequence[str],
    progress: Callable[[int, str], None],
    *,
    wall: bool = True,
) -> Feedback:
    """Write feedback/<student>/<lesson>/<notebook>.html for these students, and nothing else.

    progress: told how many submissions are done, and which one was. wall: whether notebooks run behind one.
    Raises CourseError.
    """
    # nbgrader and what makes pages take a second to import.
    from nbgrader.api import Gradebook

    from grader.desk.machine import Machine
    from grader.desk.marks_given import marks_given
    from grader.desk.page import page, pictures_beside
    from grader.desk.visible_run import visible_runs

    pages: list[Path] = []
    problems: list[str] = []
    with grading_lock(course), Gradebook(course.gradebook_url, course.course_id) as gradebook:
        lesson = with_autotests(Lesson(course, name, limits_of(course, name, {"wall": wall})))
        machine, pictures = Machine(course.root), pictures_beside(lesson.files)
        for submission in visible_runs(lesson, students, progress):
            student = submission.student
            if submission.problem:
                problems.append(f"{student}, {name}: {submission.problem}")
                continue
            record = read_record(course, name, student)
            graded = {cell.name: cell for cell in record.cells} if record else {}
            for notebook, run in submission.runs.items():
                try:
                    given = marks_given(gradebook, course, name, notebook, student)
                    made = page(notebook, run, given, graded, pictures, machine)
                except CourseError as error:
                    problems.append(str(error))
                    break
                except Exception as error:
                    # What one student wrote must not cost the others their pages.
                    problems.append(f"{student}, {name}/{notebook}: no page: {type(error).__name__}: {error}")
                    continue
                path = course.feedback / student / name / f"{notebook}.html"
                path.parent.mkdir(parents=True, exist_ok=True)
                write_text(path, made)
                pages.append(path)
    return Feedback(pages, problems)
