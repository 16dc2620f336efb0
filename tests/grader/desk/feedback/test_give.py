"""`course feedback`: what students get tells them their marks, and nothing that is hidden."""

from __future__ import annotations

import base64
import html
import re
import shutil
import time
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from grader import grade_class
from grader.classroom.course import Course
from grader.classroom.records import read_record
from grader.desk.exporting.export import export
from grader.desk.exporting.formats import Format
from grader.desk.feedback import page_maker
from grader.desk.feedback.give import give_feedback
from grader.desk.report.class_report import class_report
from helpers.lessons.loss_function import exercises
from suites.small_lessons import answer, check, code, question, task
from tests.course_here import run_course
from tests.grader.classroom.courses import quickstart
from tests.grader.desk.feedback.classes import LESSON, feedback, grade, hand_in, make_course, page_of

# Numbers and words that stand in hidden tests and nowhere else.
SECRETS = ("731.25", "-846.5", "zanzibar", "1462.5")
HIDDEN = (
    "hidden_input = 731.25\n"
    "print('trying zanzibar', hidden_input)\n"
    "assert double(hidden_input) == 1462.5, f'double({hidden_input}) is not 1462.5 (zanzibar)'\n"
    "assert double(-846.5) == -1693.0"
)
# Remembers what it is called with, and shows it in every way that a page has.
LEAKS = """\
seen = []
def double(x):
    seen.append(x)
    return 2 * x if x == 2 else 0
"""
# The same, from a function of which nobody can tell what it makes: hidden tests wait for it, and in vain.
LEAKS_IN_VAIN = """\
def remembering():
    seen = []
    def double(x):
        seen.append(x)
        return 2 * x if x == 2 else 0
    return double, seen
double, seen = remembering()
"""
SHOWS = """\
import base64
from IPython.display import HTML, Markdown, display
told = repr(seen)
print(told, told[::-1], [hex(ord(each)) for each in told])
print(base64.b64encode(told.encode()), base64.b64encode(told.encode("utf-16-le")))
display(HTML("".join(f"<span>{each}</span>" for each in told)))
display(HTML(f"<p title='{told}' style='width: {len(told)}px'>{told}</p>"))
display(Markdown(told), {"text/latex": f"${told}$"}, told)
raise ValueError(told)
"""
RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return x ** 2"


def lesson(*more: NotebookNode) -> list[NotebookNode]:
    return [answer("double", RIGHT), check("check_double", "assert double(2) == 4", hidden=HIDDEN), *more]


def forms(secret: str) -> list[str]:
    """A secret as it may be written so that nobody sees it at once."""
    raw = [secret.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    coded = []
    for each in raw:
        for shift in range(3):
            # Within base64 a text looks different depending on where it begins.
            whole = base64.b64encode(b"\0" * shift + each).decode()
            coded.append(whole[4 if shift else 0 : -4])
    numbers = [" ".join(str(ord(letter)) for letter in secret), ", ".join(repr(hex(ord(c))) for c in secret)]
    return [secret, secret[::-1], html.escape(secret), *numbers, *filter(lambda each: len(each) > 4, coded)]


def told(page: str) -> str:
    """All that a page says: its markup, its text without any markup, and its pictures' bytes."""
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    pictures = "".join(
        base64.b64decode(found).decode("latin-1")
        for found in re.findall(r'"data:image/[a-z+]+;base64,([^"]*)"', page)
    )
    return f"{page}\n{text}\n{pictures}"


def assert_tells_nothing(page: str) -> None:
    everything = told(page)
    for secret in SECRETS:
        assert not [form for form in forms(secret) if form in everything], secret


def test_a_hidden_test_that_fails_is_only_said_to_have_failed(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "ada", double=RIGHT)
    hand_in(course, "bob", double=WRONG)
    hand_in(course, "cem", double="def double(x):\n    return 5")
    grade(course)
    pages = feedback(course, ["ada", "bob", "cem"])
    for page in pages.values():
        assert_tells_nothing(page)
        assert "HIDDEN" not in page
        assert "double(2) == 4" in html.unescape(re.sub(r"<[^>]*>", "", page))
    said = {student: page.count("A hidden test failed.") for student, page in pages.items()}
    assert said == {"ada": 0, "bob": 1, "cem": 0}
    # The visible part of the check stays, with its error.
    assert "AssertionError" in pages["cem"]
    assert "AssertionError" not in pages["bob"]
    points = {
        student: next(re.finditer(r"<strong>(.*?)</strong> of (\S+)", page))[0]
        for student, page in pages.items()
    }
    assert points["ada"] == "<strong>2</strong> of 2"
    assert points["bob"] == points["cem"] == "<strong>0</strong> of 2"


def test_what_a_function_remembers_of_hidden_tests_does_not_reach_the_page(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "eve", code(SHOWS), double=LEAKS_IN_VAIN)
    hand_in(course, "mal", code(SHOWS), double=LEAKS)
    grade(course)
    for student in ("eve", "mal"):
        # Else this test would prove nothing: the notebook that was graded holds it all.
        assert "731.25" in outputs_of_last_cell(course, student)
    kept = {path.stem for path in (course / "reports" / LESSON / ".visible").iterdir()}
    assert kept == {"eve"}
    for page in feedback(course, ["eve", "mal"]).values():
        assert_tells_nothing(page)
        assert "[2]" in page


def outputs_of_last_cell(course: Path, student: str) -> str:
    path = course / "autograded" / student / LESSON / f"{LESSON}.ipynb"
    return str(nbformat.read(path, as_version=4).cells[-1].outputs)


def test_what_answers_import_is_there_when_a_notebook_runs_once_more(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.ignore = ['*.py']\n", encoding="utf-8"
    )
    hand_in(course, "ada", code("import mymod\nprint(mymod.NAME)"), double=LEAKS)
    (course / "submitted" / "ada" / LESSON / "mymod.py").write_text("NAME = 'my own'", encoding="utf-8")
    grade(course)
    assert not (course / "reports" / LESSON / ".visible").exists()
    page = feedback(course, ["ada"])["ada"]
    assert "No module named" not in page
    assert "my own" in page


def test_outputs_that_take_too_long_to_read_cost_nobody_else_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_maker, "SECONDS", 2.0)
    course = make_course(tmp_path / "course", *lesson())
    display = "from IPython.display import HTML, Markdown\n"
    # The one takes a parser of Markdown many seconds, the other took one of HTML an hour.
    hand_in(
        course, "abe", code(f"{display}for _ in range(9):\n    display(Markdown('![' * 25000))"), double=RIGHT
    )
    hand_in(course, "ada", code(f"{display}HTML('<a ' * 19990 + '<style')"), double=RIGHT)
    hand_in(course, "bob", double=RIGHT)
    grade(course)
    opened = Course.at(course)
    made = give_feedback(opened, LESSON, ["abe", "ada", "bob"], lambda _done, _student: None)
    assert [path.parts[-3] for path in made.pages] == ["ada", "bob"]
    (problem,) = made.problems
    assert problem == f"abe, {LESSON}/{LESSON}: no page: its outputs take longer than 2 s to be made harmless"


def test_a_page_needs_no_other_run_and_no_other_limits_than_grading_had(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "ada", code("import time\nprint('at', time.time_ns())"), double=RIGHT)
    # Hidden tests cannot wait here, so it runs once more.
    hand_in(course, "bob", code("while True: pass"), double=LEAKS)
    grade_class(course, [LESSON], limits={"cell_seconds": 3})
    own_run = (course / "reports" / LESSON / ".own_run").read_bytes()
    started = time.monotonic()
    pages = feedback(course, ["ada", "bob"])
    assert time.monotonic() - started < 30
    (printed,) = re.findall(r"at \d+", outputs_of_last_cell(course, "ada"))
    assert printed in pages["ada"]
    assert "longer than 3 s" in pages["bob"]
    assert (course / "reports" / LESSON / ".own_run").read_bytes() == own_run


def test_nothing_but_the_page_is_handed_out(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "ada", double=RIGHT)
    (course / "submitted" / "ada" / LESSON / "notes.txt").write_text("mine")
    grade(course)
    feedback(course)
    files = [path for path in (course / "feedback").rglob("*") if path.is_file()]
    assert files == [page_of(course, "ada")]


def test_a_hidden_check_of_its_own_shows_its_marks_only(tmp_path: Path) -> None:
    cells = lesson(check("check_secretly", "", points=3, hidden="assert double(731.25) == 1462.5"))
    course = make_course(tmp_path / "course", *cells)
    hand_in(course, "bob", double=WRONG)
    grade(course)
    page = feedback(course, ["bob"])["bob"]
    assert_tells_nothing(page)
    assert "All of this check is hidden." in page
    assert page.count("A hidden test failed.") == 2
    assert "of 5 points" in page


def test_a_known_slip_in_a_hidden_case_is_named_and_its_numbers_are_not(tmp_path: Path) -> None:
    source = """\
from helpers.lessons.loss_function.exercises import mse as exercise
others = [None] * (len(exercise.slips) - 1)
exercise.check_hidden(
    mse,
    {"arguments": {"y_true": {"array": [731.25, 2.0, 1.0], "dtype": "float64"},
                   "y_pred": {"array": [-846.5, 7.0, 1.0], "dtype": "float64"}},
     "expected": 829773.35416667, "slipped": [2489320.0625, *others]},
)"""
    course = make_course(
        tmp_path / "course",
        code("import numpy as np"),
        answer(
            "mse",
            "def mse(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)",
        ),
        check("check_mse", "assert mse(np.array([1]), np.array([1])) == 0", hidden=source),
    )
    slip = "def mse(y_true, y_pred):\n    return np.sum((y_true - y_pred) ** 2)"
    # Chosen by what it was given, sentences that everybody can read could tell that as well.
    public = [slip.advice for slip in vars(exercises)["mse"].slips[1:4]]
    speaks = f"""\
def mse(y_true, y_pred):
    if len(y_true) > 1:
        chosen = {public}[int(y_true[0]) % 3]
        raise ValueError(f"\\n{{list(y_true)}}\\n{{chosen}}\\n- {{chosen}}\\nA sentence of the student's own.")
    return 0
"""
    hand_in(course, "ada", mse=slip)
    hand_in(course, "eve", mse=speaks)
    grade(course)
    pages = feedback(course, ["ada", "eve"])
    for page in pages.values():
        assert_tells_nothing(page)
    record = read_record(Course.at(course), LESSON, "ada")
    assert record is not None
    assert [cell.slips for cell in record.cells] == [("sum instead of mean",)]
    assert "That is the sum of the squared errors." in said_of(pages["ada"])
    for page in pages.values():
        assert said_of(page).startswith("A hidden test failed. ")
    assert not [each for each in ("A sentence of the student", *public) if each in said_of(pages["eve"])]


def said_of(page: str) -> str:
    """What a page says of the first exercise that needs a look, below its name."""
    part = page[page.index('<p class="seen">') : page.index('<p class="ways">')]
    return html.unescape(re.sub(r"<[^>]*>", "", part)).strip()


def test_paths_names_and_addresses_of_the_machine_are_left_out(tmp_path: Path) -> None:
    course = make_course(tmp_path / "my course", *lesson())
    prints = f"""\
import os, sys, tempfile, numpy, pathlib
from IPython.display import HTML, Markdown, display
paths = [{str(course)!r}, os.getcwd(), numpy.__file__, os.__file__, sys.executable, tempfile.gettempdir() + "/x.txt",
         "/home/grace/exam/solutions.py", "file:///home/grace/a.txt", "~/exam/a/b.py"]
print(*paths)
print(repr(object()), hex(id(paths)))
display(pathlib.Path(numpy.__file__), HTML("".join(f"<p title='{{each}}'>{{each}}</p>" for each in paths)))
display(HTML("".join(f"<b>{{part}}</b>/" for part in numpy.__file__.split("/"))))
display(Markdown("`" + numpy.__file__ + "`"))
import warnings; warnings.warn("old")
numpy.linalg.inv(numpy.zeros((2, 2)))
"""
    hand_in(course, "ada", code(prints), double=RIGHT)
    grade(course)
    page = feedback(course, ["ada"])["ada"]
    # The student's own source, which names some of them, stands above.
    shown = page[page.index('class="outputs"') :]
    text = html.unescape(re.sub(r"<[^>]*>", "", shown))
    for secret in (str(course), str(tmp_path), "/lib/python", "grace", "/tmp", ".venv", "exam"):
        assert secret not in shown + text, secret
    assert not re.search(r"0x[0-9a-f]{9}", shown)
    assert "…/site-packages/numpy/__init__.py" in shown
    assert "…/site-packages/numpy/linalg/_linalg.py" in shown
    assert "LinAlgError: Singular matrix" in text


def test_marks_and_comments_given_by_hand_are_in_the_page_without_running_again(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson(question("why", points=3)))
    hand_in(course, "ada", double=RIGHT, why="Because I say so.")
    grade(course)
    before_marking = feedback(course, ["ada"])["ada"]
    assert "Waits for your instructor" in before_marking
    assert "<strong>2</strong> of 2 points so far" in before_marking
    assert "3 points are still to be marked by your instructor." in before_marking
    kept = next((course / "reports" / LESSON).glob(".visible/*.json"))
    before = kept.stat().st_mtime_ns
    with Course.at(course).api.gradebook as gradebook:
        place = (LESSON, LESSON, "ada")
        grade_by_hand(gradebook, 2.5)
        gradebook.find_comment("why", *place).manual_comment = "Nearly: *why* do you?<script>pwned()</script>"
        gradebook.db.commit()
    page = feedback(course, ["ada"])["ada"]
    assert "<strong>4.5</strong> of 5" in page
    assert "Nearly: <em>why</em> do you?" in page
    assert "pwned" not in page
    assert "Marked by your instructor" in page
    assert "2.5 of 3" in page
    assert "Because I say so." in page
    assert "What to look at again" in page
    with Course.at(course).api.gradebook as gradebook:
        grade_by_hand(gradebook, 3)
        gradebook.db.commit()
    praised = feedback(course, ["ada"])["ada"]
    assert "<strong>5</strong> of 5 points<" in praised
    assert "What to look at again" not in praised
    assert praised.index("What your instructor says") < praised.index("Nearly: <em>why</em>")
    assert kept.stat().st_mtime_ns == before


def grade_by_hand(gradebook: Gradebook, points: float) -> None:
    """Mark ada's answer in words, as Formgrader does."""
    given = gradebook.find_grade("why", LESSON, LESSON, "ada")
    given.manual_score, given.needs_manual_grade = points, False


def test_an_answer_that_changed_after_it_was_marked_by_hand_waits_again(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson(question("why", points=3), task("task")))
    hand_in(course, "ada", double=RIGHT, why="Because I say so.")
    grade(course)
    opened = Course.at(course)
    with opened.api.gradebook as gradebook:
        grade_by_hand(gradebook, 2.5)
        gradebook.db.commit()
    hand_in(course, "ada", double=RIGHT, why="Because it is so.")
    grade(course)
    page = feedback(course, ["ada"])["ada"]
    assert "Marked by your instructor" not in page
    assert "? of 3" in page
    assert "<strong>2</strong> of" in page
    (reported,) = class_report(opened, [LESSON], lambda *_: None).lessons
    assert reported.entries["ada"].waits
    waiting = {each.exercise.title: each.waiting for each in reported.exercises.values()}
    assert waiting == {"check_double": [], "why": ["ada"], "task": ["ada"]}
    exported = export(opened, [LESSON], Format.CSV)
    assert "wait to be marked by hand and count as 0 here: ada." in exported.notices[0]
    assert ",2,2" in exported.path.read_text(encoding="utf-8")


def test_a_page_says_whose_it_is_and_of_what(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", new_markdown_cell("# Doubling"), *lesson())
    for student in ("ada", "ada2", "cem"):
        hand_in(course, student, double=RIGHT)
    (course / "submitted" / "ada" / LESSON / "timestamp.txt").write_text("2026-01-02 09:05:00 UTC")
    empty = course / "submitted" / "emil" / LESSON / f"{LESSON}.ipynb"
    empty.parent.mkdir(parents=True)
    empty.write_bytes(b"")
    grade_class(course, [LESSON])
    with Course.at(course).api.gradebook as gradebook:
        for student in ("ada", "ada2"):
            gradebook.update_or_create_student(student, first_name="Ada", last_name="<b>Ek</b>\u202e")
        gradebook.update_or_create_student("emil", first_name="Emil")
    pages = feedback(course, ["ada", "ada2", "cem", "emil"])
    name = "Ada &lt;b&gt;Ek&lt;/b&gt;\ufffd (ada)"
    assert f"<title>Doubling ({LESSON}): feedback for {name}</title>" in pages["ada"]
    assert f"Feedback for <bdi>{name}</bdi>" in pages["ada"]
    assert f"{LESSON}, handed in on 2 January 2026 at 09:05 UTC" in pages["ada"]
    assert "(ada2)" in pages["ada2"]
    assert "Feedback for <bdi>cem</bdi>" in pages["cem"]
    assert "handed in on" not in pages["cem"]
    assert "Feedback for <bdi>Emil</bdi>" in pages["emil"]


def test_what_was_handed_in_again_needs_to_be_graded_first(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "ada", double=WRONG)
    hand_in(course, "bob", double=RIGHT)
    grade(course)
    hand_in(course, "ada", double=RIGHT)
    result = run_course("feedback", LESSON, cwd=course)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"ada, {LESSON}: {course / 'submitted' / 'ada' / LESSON} was changed after it was graded. "
        f"Grade it again: course grade {LESSON} --student ada"
    ]
    assert not page_of(course, "ada").exists()
    assert page_of(course, "bob").exists()
    shutil.rmtree(course / "submitted" / "ada")
    result = run_course("feedback", LESSON, cwd=course)
    assert result.returncode == 1
    assert "is missing" in result.stderr


def test_a_notebook_that_was_graded_with_hidden_tests_is_not_shown_once_they_are_gone(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "bob", double=WRONG)
    grade(course)
    shutil.rmtree(course / "source")
    make_course(course, answer("double", RIGHT), check("check_double", "assert double(2) == 4"))
    result = run_course("feedback", LESSON, cwd=course)
    assert result.returncode == 1
    assert "was changed after" in result.stderr
    assert not page_of(course, "bob").exists()
    grade(course)
    assert_tells_nothing(feedback(course, ["bob"])["bob"])


def test_how_answers_in_words_are_marked_stays_hidden(tmp_path: Path) -> None:
    marked = task("task", scheme="zanzibar: 731.25 points")
    course = make_course(tmp_path / "course", *lesson(marked))
    hand_in(course, "ada", double=RIGHT)
    grade(course)
    page = feedback(course, ["ada"])["ada"]
    assert_tells_nothing(page)
    assert "Explain." in page


def test_nbgraders_own_course_gets_pages(tmp_path: Path) -> None:
    course = quickstart(tmp_path / "course101")
    # One of two notebooks is missing.
    (course / "submitted" / "hacker" / "ps1" / "problem2.ipynb").unlink()
    assert run_course("grade", "--course", course, cwd=tmp_path).returncode == 0
    result = run_course("feedback", "--course", course, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    pages = sorted(
        path.relative_to(course / "feedback").as_posix() for path in (course / "feedback").rglob("*.*")
    )
    assert pages == [
        f"{student}/ps1/{problem}.html"
        for student in ("bitdiddle", "hacker")
        for problem in ("problem1", "problem2")
    ]
    missing = (course / "feedback" / "hacker" / "ps1" / "problem2.html").read_text(encoding="utf-8")
    assert "problem2.ipynb was not among what you handed in, and earns no points." in missing
    assert "Exercises" not in missing
    report = run_course("report", "--course", course, cwd=tmp_path).stdout
    assert "1 hand-in lacks a notebook. Ask for it: what is missing earns nothing." in report
    assert "incomplete" in report
    assert "stopped" not in report
    page = (course / "feedback" / "bitdiddle" / "ps1" / "problem1.html").read_text(encoding="utf-8")
    assert "data:image/png" in page  # the picture beside the notebook
    # From the hidden tests of both notebooks.
    for path in (course / "feedback").rglob("*.html"):
        source = html.unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))
        assert "HIDDEN TESTS" not in source
        for hidden in hidden_lines(course / "source" / "ps1" / f"{path.stem}.ipynb"):
            assert hidden not in source


def hidden_lines(path: Path) -> list[str]:
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    parts = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", text, re.DOTALL)
    visible = re.sub(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", "", text, flags=re.DOTALL)
    return [line for part in parts for line in part.splitlines() if line.strip() and line not in visible]


def test_a_page_begins_with_the_exercises_by_name_and_leads_to_the_lesson_s_sections(tmp_path: Path) -> None:
    course = make_course(
        tmp_path / "course",
        new_markdown_cell("# Doubling"),
        new_markdown_cell("## Twice as much"),
        new_markdown_cell("### Exercise: `double`"),
        *lesson(question("why", points=3)),
    )
    hand_in(course, "bob", double="def double(x):\n    return [f'<b>{x}</b>'] * 400")
    grade(course)
    page = feedback(course, ["bob"])["bob"]
    assert "<h1>Doubling</h1>" in page
    rows = re.findall(r'<th scope="row"><a href="#([^"]*)">([^<]*)</a></th>', page)
    assert [title for _, title in rows] == ["double", "double"]
    assert all(f'id="{place}"' in page for place, _ in rows)
    assert 'Read again: <a href="#cell-1">Twice as much</a>' in page
    assert "Not right yet" in page
    assert "Not done" in page


def test_before_grading_it_says_what_to_do_first(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    result = run_course("feedback", cwd=course)
    assert result.returncode == 1
    assert result.stderr == "Nothing has been graded yet. Run: course grade\n"


def test_who_cannot_be_graded_gets_a_page_that_says_what_to_do(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", *lesson())
    hand_in(course, "ada", double=RIGHT)
    for student, content in {"emil": b"", "finn": b"{not json", "hal": b"PK"}.items():
        folder = course / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        (folder / ("essay<b>.docx" if student == "hal" else f"{LESSON}.ipynb")).write_bytes(content)
    assert run_course("grade", LESSON, cwd=course).returncode == 1
    hand_in(course, "late", double=RIGHT)
    result = run_course("feedback", LESSON, cwd=course)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"late, {LESSON}: not graded yet. Grade it first: course grade {LESSON} --student late"
    ]
    assert not page_of(course, "late").exists()
    pages = {student: page_of(course, student).read_text("utf-8") for student in ("emil", "finn", "hal")}
    for page in pages.values():
        assert "could not be graded" in page
        assert str(tmp_path) not in page
        assert "<b>" not in page
    assert f"{LESSON}.ipynb is an empty file." in pages["emil"]
    assert "cannot be read as a notebook" in pages["finn"]
    assert f"{LESSON}.ipynb is missing" in pages["hal"]
