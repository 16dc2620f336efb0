"""`python -m helpers.desk check NOTEBOOK`: the command `course` of students, where it is not on the path."""

from helpers.desk.command import run

run()
