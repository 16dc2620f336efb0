"""Enter students' names into nbgrader's gradebook, from where Formgrader and reports have them."""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import Student

from grader.classroom.course import Course
from grader.desk.collecting.roster import Person
from grader.desk.keeping.databases import gradebook_of


def enter_students(course: Course, people: Iterable[Person]) -> None:
    """Enter all of them or none; what is not known of one stays as it was. Raises CourseError."""
    with gradebook_of(course) as gradebook:
        session = gradebook.db()
        known = {student.id: student for student in session.query(Student)}
        for person in people:
            student = known.get(person.id)
            if student is None:
                student = known[person.id] = Student(id=person.id)
                session.add(student)
            student.first_name = person.first_name or student.first_name
            student.last_name = person.last_name or student.last_name
            student.email = person.email or student.email
            student.lms_user_id = person.platform_id or student.lms_user_id
        session.commit()
