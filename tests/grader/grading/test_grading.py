"""`grade`: marks for what runs to its end, and a reason for everything else, with real kernels."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from grader.grading.grade import grade
from grader.grading.graded import Graded, Outcome
from grader.grading.spec import Spec
from grader.limits import Limits
from suites.small_lessons import answer, as_bytes, check, code, handed_in, question, spec_of

SPEC = spec_of(
    code("import math"),
    answer("double", "def double(x):\n    return 2 * x"),
    check("check_double", "assert double(2) == 4", points=2, hidden="assert double(3) == 6"),
    answer("half", "def half(x):\n    return x / 2"),
    check("check_half", "print('seen', half(2))\nmin(4, 4 * half(2))", points=4),
    question("why"),
)
DOUBLE, HALF = "def double(x):\n    return x + x", "def half(x):\n    return 0.5 * x"


def graded(spec: Spec = SPEC, limits: Limits | None = None, **answers: str) -> Graded:
    return grade(as_bytes(handed_in(spec, **answers)), spec, limits)


def outcomes(result: Graded) -> dict[str, tuple[float | None, Outcome]]:
    return {cell.name: (cell.points, cell.outcome) for cell in result.cells}


def test_right_answers_get_all_marks_and_questions_wait() -> None:
    result = graded(double=DOUBLE, half=HALF, why="Since it is.")
    assert outcomes(result) == {
        "check_double": (2, Outcome.PASSED),
        "check_half": (4, Outcome.PASSED),
        "why": (None, Outcome.BY_HAND),
    }
    assert (result.points, result.possible, result.problem, result.findings) == (6, 9, "", ())
    assert result.cells[1].message == "seen 1.0"
    assert 0 < result.cell_seconds < result.seconds
    nbformat.validate(result.notebook)
    assert result.notebook.cells[4].outputs[-1].data == {"text/plain": "4"}


def test_stubs_are_not_attempted() -> None:
    assert outcomes(graded()) == {
        "check_double": (0, Outcome.NOT_ATTEMPTED),
        "check_half": (0, Outcome.NOT_ATTEMPTED),
        "why": (0, Outcome.NOT_ATTEMPTED),
    }


def test_a_wrong_answer_costs_its_own_marks_and_its_message_is_kept() -> None:
    result = graded(double="def double(x):\n    return x ** 2", half=HALF)
    assert outcomes(result)["check_double"] == (0, Outcome.FAILED)
    assert outcomes(result)["check_half"] == (4, Outcome.PASSED)
    assert result.cells[0].message == "AssertionError at: assert double(3) == 6"


@pytest.mark.parametrize(
    ("value", "points", "outcome"),
    [
        ("x", 2, Outcome.PART_MARKS),
        ("-1", 0, Outcome.FAILED),
        ("99", 4, Outcome.PASSED),
        ("float('nan')", 0, Outcome.FAILED),
        ("__import__('numpy').float64(0.25)", 0.25, Outcome.PART_MARKS),
        ("'half'", 4, Outcome.PASSED),  # as nbgrader has it: a value that is no number takes nothing off
    ],
)
def test_part_marks_lie_between_none_and_all(value: str, points: float, outcome: Outcome) -> None:
    spec = spec_of(answer("half", "1"), check("check_half", "half(2)", points=4))
    result = graded(spec, half=f"def half(x):\n    return {value}")
    assert outcomes(result)["check_half"] == (points, outcome)


def test_text_on_stderr_costs_nothing() -> None:
    noisy = "import sys, warnings\ndef double(x):\n    print('!', file=sys.stderr); warnings.warn('hm')\n    return 2 * x"
    result = graded(double=noisy, half=HALF)
    assert outcomes(result)["check_double"] == (2, Outcome.PASSED)


@pytest.mark.parametrize(
    "trick",
    [
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])",
        "get_ipython().ast_transformers.insert(0, type('T', (), {'visit': lambda self, tree: __import__('ast').Module([], [])})())",
        "get_ipython().run_cell = lambda *a, **k: type('R', (), {'success': True, 'result': None, 'error_in_exec': None})()",
        "class E(BaseException): pass\nget_ipython().set_custom_exc((Exception,), lambda *a, **k: None)",
    ],
    ids=["input transformer", "AST transformer", "run_cell", "exception handler"],
)
def test_what_a_student_makes_of_their_own_shell_earns_nothing(trick: str) -> None:
    answer = f"{trick}\ndef double(x):\n    return 0"
    assert graded(limits=Limits(cell_seconds=5), double=answer).points == 0


ENDS = {
    "exits": "import os\nos._exit(0)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "is endless": "while True: pass",
    "is endless and stubborn": "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_cell_that_ends_its_process_costs_its_own_exercise_only(end: str) -> None:
    started = time.monotonic()
    result = graded(limits=Limits(cell_seconds=2), double=f"print('here')\n{end}", half=HALF)
    assert time.monotonic() - started < 30
    assert result.cells[0].points == 0
    assert result.cells[0].outcome in (Outcome.KERNEL_DIED, Outcome.TIMED_OUT)
    assert outcomes(result)["check_half"] == (4, Outcome.PASSED)
    assert result.problem == result.cells[0].message != ""
    assert "here" in nbformat.writes(result.notebook)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_function_that_ends_its_process_when_a_check_calls_it_costs_its_own_exercise_only(end: str) -> None:
    body = "\n    ".join(end.splitlines())
    result = graded(limits=Limits(cell_seconds=2), double=f"def double(x):\n    {body}", half=HALF)
    assert result.cells[0].points == 0
    assert result.cells[0].outcome in (Outcome.KERNEL_DIED, Outcome.TIMED_OUT)
    assert outcomes(result)["check_half"] == (4, Outcome.PASSED)


def test_what_was_earned_before_a_process_ended_is_kept_and_not_judged_again() -> None:
    spec = spec_of(
        answer("count", "calls = 0"),
        check("check_count", "print('judged')\nassert calls == 0", points=1),
        answer("end", "1"),
        check("check_end", "assert end == 1", points=1),
        answer("after", "1"),
        check("check_after", "assert after == 1", points=1),
    )
    result = graded(spec, count="calls = 0", end="import os; os._exit(1)", after="after = 1")
    assert [cell.points for cell in result.cells] == [1, 0, 1]
    assert result.notebook.cells[1].outputs[0].text == "judged\n"


def test_two_exercises_that_end_their_process_cost_two() -> None:
    spec = spec_of(
        *(
            cell
            for name in ("one", "two", "three")
            for cell in (answer(name, "1"), check(f"check_{name}", f"assert {name} == 1", points=1))
        )
    )
    result = graded(spec, one="import os; os._exit(1)", two="import os; os._exit(1)", three="three = 1")
    assert [cell.points for cell in result.cells] == [0, 0, 1]


@pytest.mark.parametrize("word", ["quit()", "exit", "import sys; sys.exit()"])
def test_a_cell_of_the_students_own_that_asks_to_end_costs_nothing(word: str) -> None:
    submission = handed_in(SPEC, double=DOUBLE, half=HALF)
    submission.cells.insert(1, code(word))
    assert grade(as_bytes(submission), SPEC).points == 6


def test_all_cells_together_have_a_limit_too() -> None:
    result = graded(
        limits=Limits(notebook_seconds=6),
        double=f"import time; time.sleep(0.5)\n{DOUBLE}",
        half="time.sleep(6)",
    )
    assert outcomes(result)["check_double"] == (2, Outcome.PASSED)
    assert result.problem == "The notebook took longer than 6 s."


def test_memory_has_a_limit() -> None:
    hungry = "import time\nkept = []\nwhile True:\n    kept.append(bytearray(20_000_000)); time.sleep(0.02)"
    result = graded(limits=Limits(memory_mb=300, cell_seconds=60), double=DOUBLE, half=hungry)
    assert outcomes(result)["check_double"] == (2, Outcome.PASSED)
    assert outcomes(result)["check_half"] == (0, Outcome.OUT_OF_MEMORY)
    assert result.problem == "The notebook needed more than 300 MiB of memory."


def test_output_has_a_limit_and_what_fits_is_kept() -> None:
    started = time.monotonic()
    result = graded(
        limits=Limits(output_mb=1, cell_seconds=60), double=DOUBLE, half="while True: print('x' * 1000)"
    )
    assert time.monotonic() - started < 30
    assert result.problem == "The cells printed and drew more than 1 MiB."
    assert len(nbformat.writes(result.notebook)) < 3_000_000
    assert outcomes(result)["check_half"] == (0, Outcome.TOO_MUCH_OUTPUT)


@pytest.mark.parametrize(
    "floods",
    [
        "while True:\n    print(end='a', flush=True); print(end='b', file=sys.stderr, flush=True)",
        "while True:\n    display({}, raw=True)",
        "while True:\n    print(end='', flush=True); sys.stdout._say('stdout', '')",
    ],
    ids=["two streams", "empty displays", "empty messages"],
)
def test_outputs_of_no_size_have_a_limit_too(floods: str) -> None:
    result = graded(limits=Limits(output_mb=1, cell_seconds=60), double=DOUBLE, half=f"import sys\n{floods}")
    assert result.problem == "The cells printed and drew more than 1 MiB."
    assert len(nbformat.writes(result.notebook)) < 3_000_000


@pytest.mark.parametrize(
    "shows",
    [
        """for _ in range(300):
    publish_display_data({"text/plain": "x"}, transient={"display_id": "a"})
publish_display_data({"text/plain": "y" * 100_000}, transient={"display_id": "a"}, update=True)""",
        """for number in range(300):
    publish_display_data({"text/plain": "x" * (number == 299) * 100_000}, transient={"display_id": "a"})""",
        """for number in range(20):
    publish_display_data({"text/plain": "x"}, transient={"display_id": f"{number}" * 100_000})""",
        "publish_display_data({'application/json': [10**4299] * 1000})",
        """nested = list(range(2000))
for _ in range(90):
    nested = [nested]
for _ in range(20):
    publish_display_data({"application/json": nested})""",
    ],
    ids=[
        "many outputs updated",
        "many outputs that share the last one's text",
        "long names",
        "long numbers",
        "deep numbers",
    ],
)
def test_outputs_count_as_what_they_take_in_the_notebook(shows: str) -> None:
    given = f"from IPython.display import publish_display_data\n{shows}"
    result = graded(limits=Limits(output_mb=1, cell_seconds=60), double=DOUBLE, half=given)
    assert result.problem == "The cells printed and drew more than 1 MiB."
    assert len(nbformat.writes(result.notebook)) < 3_000_000


def test_an_output_that_replaces_itself_costs_no_more_than_its_messages() -> None:
    shows = """from IPython.display import clear_output
for number in range(300):
    clear_output(wait=True)
    display("x" * 1000, display_id="a")
for number in range(300):
    shown = display(str(number), display_id="b")
for number in range(200):
    shown.update("y")"""
    result = graded(limits=Limits(output_mb=2), double=DOUBLE, half=f"{HALF}\n{shows}")
    assert result.problem == ""
    texts = [
        output.data["text/plain"]
        for cell in result.notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "display_data"
    ]
    assert texts == [repr("x" * 1000), *["'y'"] * 300]


def test_closed_descriptors_are_not_read_for_ever() -> None:
    closes = f"{HALF}\nimport os, time\nos.close(1); os.close(2); time.sleep(3)"
    result = graded(double=DOUBLE, half=closes, limits=Limits(output_mb=1))
    assert (result.points, result.problem) == (6, "")
    assert nbformat.writes(result.notebook).count('"output_type"') < 10


def test_a_character_that_comes_in_two_pieces_is_one() -> None:
    halves = (
        f"{HALF}\nimport os, time\nfor half in (b'\\xc3', b'\\xa4'):\n    os.write(1, half); time.sleep(0.1)"
    )
    result = graded(double=DOUBLE, half=halves)
    assert result.notebook.cells[3].outputs[0].text == "ä"


def test_a_name_that_is_shown_many_times_is_soon_shown() -> None:
    shows = f"{HALF}\nfor number in range(5000):\n    display(number, display_id='shown')"
    started = time.monotonic()
    result = graded(double=DOUBLE, half=shows)
    assert time.monotonic() - started < 15
    shown = {output.data["text/plain"] for output in result.notebook.cells[3].outputs[:5000]}
    assert (result.points, shown) == (6, {"4999"})


STARTS_A_PROGRAM = "import subprocess\nsubprocess.Popen(['sleep', SECONDS], start_new_session=True)"
# What daemons do: leave the family twice over.
STARTS_A_FORK = """
import os
reads, writes = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.execlp("sleep", "sleep", SECONDS)
"""


@pytest.mark.parametrize("starts", [STARTS_A_PROGRAM, STARTS_A_FORK])
@pytest.mark.parametrize("ends", ["", "import os; os._exit(0)", "while True: pass"])
@pytest.mark.parametrize("wall", [True, False])
def test_nothing_outlives_a_kernel(wall: bool, starts: str, ends: str) -> None:
    seconds = f"{600 + random.random():.12f}"
    seen = False

    def runs() -> bool:
        return any(
            seconds in each.info["cmdline"] and each.info["status"] != psutil.STATUS_ZOMBIE
            for each in psutil.process_iter(["cmdline", "status"])
            if each.info["cmdline"]
        )

    def look() -> None:
        nonlocal seen
        while not seen and not done.wait(0.05):
            seen = runs()

    done = threading.Event()
    looking = threading.Thread(target=look)
    looking.start()
    graded(
        limits=Limits(cell_seconds=2, wall=wall),
        double=f"SECONDS = {seconds!r}\n{starts}\nimport time; time.sleep(1.5)\n{ends}",
    )
    done.set()
    looking.join()
    assert seen
    deadline = time.monotonic() + 30
    while runs():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_submissions_see_neither_each_other_nor_this_folder() -> None:
    here = Path.cwd()
    look = "import os\nopen('mine.txt', 'w').write('x')\nprint(sorted(os.listdir()), os.getcwd())\ndef double(x): return 2 * x"
    for _ in range(2):
        result = graded(double=look)
        printed = result.notebook.cells[1].outputs[0].text
        assert printed.startswith("['mine.txt']")
        assert str(here) not in printed
    assert Path.cwd() == here
    assert not (here / "mine.txt").exists()


def test_what_a_submission_draws_without_a_seed_is_the_same_each_time() -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.random(), {'mean', 'sum', 'square'})"
    drawn = {graded(double=draw).notebook.cells[1].outputs[0].text for _ in range(3)}
    assert len(drawn) == 1


def test_several_at_once_in_threads() -> None:
    results: list[Graded] = []
    threads = [
        threading.Thread(target=lambda: results.append(graded(double=DOUBLE, half=HALF))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.points for result in results] == [6] * 4


def test_an_unreadable_submission_is_a_result_too() -> None:
    result = grade(b"my thoughts", SPEC)
    assert result.points == 0
    assert {cell.outcome for cell in result.cells} == {Outcome.DID_NOT_RUN}
    assert "cannot be read" in result.problem


def test_a_wrong_kernel_name_in_the_submission_changes_nothing() -> None:
    submission = handed_in(SPEC, double=DOUBLE, half=HALF)
    submission.metadata.kernelspec = {"name": "cobol-74", "display_name": "COBOL"}
    assert grade(as_bytes(submission), SPEC).points == 6


def test_the_process_is_left_as_it_was() -> None:
    before = dict(os.environ)
    graded(double="import os\nos.environ['HOME'] = '/nowhere'\nos.chdir('/')")
    assert dict(os.environ) == before
