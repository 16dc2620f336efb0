"""Who is in the course already, by the number that their platform gives each student."""

from __future__ import annotations

from nbgrader.api import Student

from grader.classroom.course import Course
from grader.desk.collecting.layouts import canvas, moodle
from grader.desk.collecting.platform_names import FOLDER, platform_names
from grader.desk.collecting.roster import folded
from grader.desk.keeping.databases import gradebook_of, is_there

# For each platform, the pattern of a hand-in's label, and the group that holds the student's number.
NUMBERS = {canvas.PLATFORM_NAME: (canvas.NAME, "user"), moodle.PLATFORM_NAME: (moodle.NAME, "number")}


def number_in(platform: str, label: str) -> str:
    """The student's number in a platform's label of a hand-in; "" where there is none."""
    if platform not in NUMBERS:
        return ""
    pattern, group = NUMBERS[platform]
    found = pattern.fullmatch(label)
    return found[group] if found else ""


def students_by_number(course: Course, platform: str) -> dict[str, set[str]]:
    """The course's ids of each student of a platform: several where one was entered twice."""
    found: dict[str, set[str]] = {}
    if platform in NUMBERS:
        for path in sorted((course.reports / FOLDER).glob("*.json")):
            for name in platform_names(course, path.stem).values():
                if name.platform == platform and (number := number_in(platform, name.label)):
                    found.setdefault(number, set()).add(path.stem)
    return found


def students_by_platform_id(course: Course) -> dict[str, set[str]]:
    """The ids of each student whose number on the platform the gradebook has. Raises CourseError."""
    found: dict[str, set[str]] = {}
    # Opening one that is not there would make it.
    if is_there(course.gradebook_url):
        with gradebook_of(course) as gradebook:
            for student in gradebook.db().query(Student).filter(Student.lms_user_id.is_not(None)):
                found.setdefault(student.lms_user_id, set()).add(student.id)
    return found


def students_by_name(course: Course) -> dict[str, set[str]]:
    """The ids of the students of each full name, in small letters. Raises CourseError."""
    found: dict[str, set[str]] = {}
    if is_there(course.gradebook_url):
        with gradebook_of(course) as gradebook:
            for student in gradebook.db().query(Student):
                if student.first_name and student.last_name:
                    name = folded(f"{student.first_name} {student.last_name}")
                    found.setdefault(name, set()).add(student.id)
    return found
