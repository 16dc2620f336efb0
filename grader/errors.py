"""What can go wrong: the base of all errors of this package, and of those that a person can put right."""


class GraderError(Exception):
    """The base of every error that this package raises by itself."""


class CourseError(GraderError):
    """Bad input to a command: one line that says what is wrong, where, and what to do."""
