"""A check that may run what a student handed over as code never runs where the judge is."""

from __future__ import annotations

import ast

import pytest

from grader.grading.grade import grade
from grader.judge.code_runners import runs_code
from suites.small_lessons import answer, as_bytes, check, code, handed_in, spec_of

# Whoever loads this runs a function of the student's, which makes the check's own comparison true.
CHEATS = """
class Cheats:
    def __reduce__(self):
        return eval, ("[__import__('builtins').__dict__.update(sum=lambda _: 6), [0]][1]",)
import pickle
with open("model.pkl", "wb") as file:
    pickle.dump(Cheats(), file)
"""
SAVES = "import pickle\nwith open('model.pkl', 'wb') as file:\n    pickle.dump([1, 2, 3], file)"
LOADS = "with open('model.pkl', 'rb') as file:\n    assert sum({}.load(file)) == 6"


@pytest.mark.parametrize(
    ("set_up", "check_source"),
    [
        ("pass", "import pickle\n" + LOADS.format("pickle")),
        ("import pickle as pk", LOADS.format("pk")),
        ("import pickle\ndef load(file):\n    return pickle.load(file)", LOADS.replace("{}.load", "load")),
        ("import pickle\nload = pickle.load\nload.__doc__", LOADS.replace("{}.load", "load")),
    ],
)
def test_what_was_saved_is_not_loaded_where_the_judge_is(set_up: str, check_source: str) -> None:
    spec = spec_of(
        code(set_up), answer("saved", SAVES), check("check_saved", check_source),
        answer("total", "total = 6"), check("check_total", "assert sum([total, 0]) == 6"),
    )  # fmt: skip
    assert spec.unjudged == {"check_saved": "it uses pickle, which may run code that a student wrote"}
    right = grade(as_bytes(handed_in(spec, saved=SAVES, total="total = 6")), spec)
    assert right.points == 4
    assert [finding for finding in right.findings if "its marks can be forged" in finding]
    cheats = grade(as_bytes(handed_in(spec, saved=CHEATS, total="total = 5")), spec)
    assert [cell.points for cell in cheats.cells][1] == 0


@pytest.mark.parametrize(
    "source",
    [
        "eval(answer)", "exec(answer)", "import joblib", "from importlib import import_module",
        "pd.read_pickle('a')", "keras.models.load_model('m.keras')", "torch.load(path)", "yaml.load(text, L)",
        "np.load('a.npy', allow_pickle=True)", "frame.query(condition)", "frame.eval(text)", "os.system(line)",
        "os.execv(a, b)", "from torch import load", "t.load(path)", "pd.read_hdf('a')", "subprocess.run(['python', 'a.py'])", "import doctest",
        "timeit.timeit(text)", "timeit(text)", "builtins.exec(text)", "np.load('a.npy', None, True)", "import sympy as sp",
        "import statsmodels.formula.api as smf", "from jinja2 import Template", "pytest.main([])",
    ],
)  # fmt: skip
def test_what_may_run_code_is_known(source: str) -> None:
    assert runs_code(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "model.evaluate(x, y)", "model.compile('adam')", "re.compile('a')", "np.load('a.npy')", "json.load(file)",
        "np.load('a.npy', allow_pickle=False)", "frame.query('a > 1')", "os.path.exists('a')", "model.load_weights(p)",
        "timeit.timeit(lambda: answer(3))", "builtins.input = ask", "np.trace(a)", "person.code",
    ],
)  # fmt: skip
def test_what_runs_no_code_is_judged(source: str) -> None:
    assert runs_code(ast.parse(source)) == ""


def test_a_text_that_is_timed_runs_where_the_answers_do() -> None:
    cheats = 'snippet = \'__import__("sys").modules["builtins"].sum = lambda *_: 6\''
    spec = spec_of(
        code("import timeit"), answer("snippet", "snippet = 'sum(range(9))'"),
        check("check_snippet", "assert timeit.timeit(snippet, number=1) < 5"),
        answer("total", "total = 6"), check("check_total", "assert sum([total, 0]) == 6"),
    )  # fmt: skip
    made = grade(as_bytes(handed_in(spec, snippet=cheats, total="total = 5")), spec)
    assert [cell.points for cell in made.cells][1] == 0
