"""Make the pages that students get back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.atomic import write_text, writing
from grader.classroom.autotests import with_autotests
from grader.classroom.course import Course
from grader.classroom.grading_lock import grading_lock
from grader.classroom.handed_in import read_handed_in
from grader.classroom.lesson import Lesson, limits_of
from grader.classroom.records import read_record
from grader.classroom.submission import UnreadableSubmissionError
from grader.desk.names import called
from grader.grading.graded import MISSING

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

    from grader.desk.feedback.page import LessonText
    from grader.desk.feedback.page_maker import PageMaker
    from grader.desk.feedback.visible_run import Submission


@dataclass(frozen=True)
class Feedback:
    """What came of making pages. pages: those written. problems: why others were not, a line each."""

    pages: Sequence[Path]
    problems: Sequence[str]


def students_to_tell(course: Course, lesson: str) -> list[str]:
    """The students with a graded notebook of a lesson; with them, where there are any, all who handed in."""
    graded = {folder.parent.name for folder in course.autograded.glob(f"*/{lesson}") if folder.is_dir()}
    return sorted(graded | set(course.students(lesson))) if graded else []


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
    from grader.desk.feedback.machine import Machine
    from grader.desk.feedback.page import lesson_text
    from grader.desk.feedback.page_maker import PageMaker
    from grader.desk.feedback.pictures import pictures_beside
    from grader.desk.feedback.visible_run import visible_runs
    from grader.desk.report.marks_of_class import names_of_students, opened

    pages: list[Path] = []
    problems: list[str] = []
    with grading_lock(course), opened(course) as gradebook:
        lesson = with_autotests(Lesson(course, name, limits_of(course, name, {"wall": wall})))
        names = called(names_of_students(gradebook))
        pictures = pictures_beside(lesson.files)
        texts = {
            notebook: lesson_text(spec.as_released().template, name, notebook, pictures)
            for notebook, spec in lesson.specs.items()
        }
        graded: list[str] = []
        others: list[str] = []
        for student in students:
            (graded if (course.autograded / student / name).is_dir() else others).append(student)
        for done, student in enumerate(others, 1):
            made = _page_of_ungraded(lesson, texts, gradebook, student, names.get(student, student))
            if made is None:
                problems.append(
                    f"{student}, {name}: not graded yet. "
                    f"Grade it first: course grade {name} --student {student}"
                )
            else:
                pages.append(_write(course, student, name, next(iter(texts)), made))
            progress(done, student)
        with PageMaker(texts, Machine(course.root)) as page_maker:
            maker = _Maker(lesson, texts, page_maker, gradebook, names)
            for submission in visible_runs(
                lesson, graded, lambda done, student: progress(len(others) + done, student)
            ):
                for notebook, page in maker.pages(submission, problems):
                    pages.append(_write(course, submission.student, name, notebook, page))
    return Feedback(pages, sorted(problems))


@dataclass(frozen=True)
class _Maker:
    """Makes the pages of graded submissions. texts: of its notebooks. names: of students, by id."""

    lesson: Lesson
    texts: dict[str, LessonText]
    page_maker: PageMaker
    gradebook: Gradebook
    names: Mapping[str, str]

    def pages(self, submission: Submission, problems: list[str]) -> Iterator[tuple[str, str]]:
        """The page of each notebook of a submission. problems: takes a line where there is none."""
        from grader.desk.feedback.marks_given import marks_given
        from grader.desk.feedback.page import page_of_missing
        from grader.desk.feedback.page_maker import NoPageError
        from grader.desk.feedback.stamp import stamp_of

        course, name, student = self.lesson.course, self.lesson.name, submission.student
        if submission.problem:
            problems.append(f"{student}, {name}: {submission.problem}")
            return
        record = read_record(course, name, student)
        graded = {cell.name: cell for cell in record.cells} if record else {}
        given = marks_given(self.gradebook, name, student)
        stamp = stamp_of(self.lesson, student, given)
        whose = self.names.get(student, student)
        said = {cell.message for cell in graded.values()}
        for notebook, run in submission.runs.items():
            if f"{notebook}{MISSING}" in said:
                yield notebook, page_of_missing(self.texts[notebook], whose, notebook, stamp)
                continue
            if notebook not in given:
                problems.append(
                    f"The gradebook of {course.root} knows nothing of {student}, {name}/{notebook}. "
                    f"Grade it first: course grade {name} --student {student}"
                )
                return
            try:
                marks = given[notebook]
                yield notebook, self.page_maker.page(notebook, run, marks, graded, whose, stamp)
            except NoPageError as error:
                # What one student wrote must not cost the others their pages.
                problems.append(f"{student}, {name}/{notebook}: no page: {error}")


def _page_of_ungraded(
    lesson: Lesson, texts: dict[str, LessonText], gradebook: Gradebook, student: str, name: str
) -> str | None:
    """The page that says why a notebook cannot be graded; None where it can. name: the student's."""
    from grader.desk.feedback.marks_given import marks_given
    from grader.desk.feedback.page import page_of_ungraded
    from grader.desk.feedback.stamp import stamp_of

    try:
        read_handed_in(lesson, student)
    except UnreadableSubmissionError as error:
        text = next(iter(texts.values()))
        # What was handed in before may have been graded.
        stamp = stamp_of(lesson, student, marks_given(gradebook, lesson.name, student))
        return page_of_ungraded(text, name, error.to_student, stamp)
    return None


def _write(course: Course, student: str, lesson: str, notebook: str, page: str) -> Path:
    path = course.feedback / student / lesson / f"{notebook}.html"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, page)
    return path
