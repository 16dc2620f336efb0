"""Grade notebooks, one at a time.

from grader.grading.grade import grade
from grader.grading.spec import read_spec
graded = grade(Path("handed_in.ipynb").read_bytes(), read_spec(Path("lesson.ipynb").read_bytes()))
"""
