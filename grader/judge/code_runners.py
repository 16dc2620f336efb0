"""What a check must not do with what a student handed over where the judge is: run it as code.

Pickles, saved networks, text for `eval` and programs hold code. A check that reads such things runs in the
student's own process, where there is nothing that they could reach.
"""

from __future__ import annotations

import ast
import re

BUILTINS = frozenset(("exec", "eval", "compile", "__import__"))
MODULES = frozenset(
    (
        "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "jsonpickle", "joblib", "shelve", "marshal",
        "runpy", "importlib", "imp", "zipimport", "pydoc", "doctest", "subprocess", "ctypes", "cffi",
        "numexpr", "codeop", "bdb", "pdb", "cProfile",
        # They run the tests and read the programs that they find.
        "ipytest", "nose", "nose2", "pylint", "flake8", "mypy",
        # Their functions read texts as Python: formulas, templates.
        "sympy", "patsy", "formulaic", "statsmodels", "jinja2", "mako",
    )
)  # fmt: skip
FUNCTIONS = frozenset(
    (
        "read_pickle", "load_model", "model_from_json", "model_from_config", "from_config",
        "deserialize_keras_object", "deserialize", "saved_model", "unsafe_load", "full_load", "read_hdf",
        "sympify", "parse_expr",
        "system", "popen", "exec_module", "load_module", "run_path", "run_module",
    )
)  # fmt: skip
# Harmless with a text of the check's own, or a function.
OF_TEXT = frozenset(("eval", "query", "timeit"))
# The place of `allow_pickle` in NumPy's `load`.
ALLOWS_PICKLES = 2
# Modules whose `load` reads data only. Others read pickles or their like: torch, yaml.
DATA_ONLY = frozenset(("json", "np", "numpy", "toml", "tomllib"))
PROGRAMS = re.compile(r"(?:exec|spawn)[lv]p?e?")


def runs_code(tree: ast.AST) -> str:
    """What in a piece of Python may run code that its data hold, in a word; "" where nothing does."""
    words = [word for node in ast.walk(tree) if (word := _runs_code(node))]
    # The module says more than its function.
    return next((word for word in words if word in MODULES), next(iter(words), ""))


def _runs_code(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id if node.id in BUILTINS | MODULES | FUNCTIONS else ""
    if isinstance(node, ast.Attribute):
        word = node.attr
        is_data = isinstance(node.value, ast.Name) and node.value.id in DATA_ONLY
        is_load = word == "load" and not is_data
        is_builtin = isinstance(node.value, ast.Name) and node.value.id == "builtins" and word in BUILTINS
        runs_tests = word == "main" and not (isinstance(node.value, ast.Name) and node.value.id == "unittest")
        known = is_load or is_builtin or runs_tests or word in MODULES | FUNCTIONS or PROGRAMS.fullmatch(word)
        return word if known else ""
    if isinstance(node, ast.Call):
        word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if word in OF_TEXT and not (node.args and isinstance(node.args[0], ast.Constant | ast.Lambda)):
            return word
        if word == "load" and len(node.args) > ALLOWS_PICKLES:
            return "allow_pickle"
    if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
        is_off = isinstance(node.value, ast.Constant) and node.value.value is False
        return "" if is_off else node.arg
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [part for alias in node.names for part in alias.name.split(".")]
        names += (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
        if "load" in names and not DATA_ONLY & set(names):
            return "load"
        return next((name for name in names if name in MODULES | FUNCTIONS), "")
    return ""
