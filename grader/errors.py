"""The errors that a person can mend."""


class CourseError(Exception):
    """Bad input to a command: one line that says what is wrong, where, and what to do."""
