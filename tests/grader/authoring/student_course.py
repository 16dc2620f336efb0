"""A small course that can be packed for students, and what must not be in the package of a real one."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat

from grader.grading.hidden_cases import hidden_in
from tests.grader.test_release import SECRET_BLOCK

# A shorter line is in many places by chance.
LONG_ENOUGH = 25
# A network of NumPy that runs in an explorer needs these as well.
NEEDED_ELSEWHERE = {"np.exp(z - z.max(axis=1, keepdims=True))"}


def add_what_students_need(course: Path) -> Path:
    """Give a small released course the rest of what goes to students."""
    (course / "helpers").mkdir()
    (course / "helpers" / "__init__.py").write_text("class NotDoneYet(Exception): ...\n", encoding="utf-8")
    (course / "student").mkdir()
    (course / "student" / "START.md").write_text("# Start here\n\nType `course`.\n", encoding="utf-8")
    return course


def solutions(lesson: Path) -> Iterator[str]:
    """Lines of a lesson's solutions and hidden tests."""
    for notebook in lesson.glob("*.ipynb"):
        for cell in nbformat.read(notebook, as_version=4).cells:
            for block in SECRET_BLOCK.findall(cell.source) if cell.cell_type == "code" else ():
                yield from long_lines(block)


def shown(lesson: Path) -> set[str]:
    """Lines of a lesson's code that stand outside its solutions and hidden tests as well."""
    cells = [cell for path in lesson.glob("*.ipynb") for cell in nbformat.read(path, as_version=4).cells]
    sources = [SECRET_BLOCK.sub("pass", cell.source) for cell in cells if cell.cell_type == "code"]
    return {line for source in sources for line in code_lines(source)}


def slips(lesson: Path) -> Iterator[str]:
    """Lines of the functions and expressions in a lesson's exercises.py: slips, and what they are made of."""
    path = lesson / "exercises.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield from long_lines("\n".join(map(ast.unparse, node.body)))
        if isinstance(node, ast.Lambda):
            yield from long_lines(ast.unparse(node.body))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Slip":
            wrong = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "wrong")]
            for each in wrong:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield from long_lines(each.value)


def answers(lesson: Path) -> Iterator[str]:
    """The answers of a lesson's bank, as code without line breaks."""
    bank = tomllib.loads((lesson / "answers.toml").read_text(encoding="utf-8"))
    for answer in (answer for exercise in bank.values() for answer in exercise):
        whole = " ".join(code_lines(answer["source"]))
        if len(whole) > LONG_ENOUGH:
            yield whole


def hidden_cases(lesson: Path) -> Iterator[tuple[str, Any]]:
    """The hidden cases that the build wrote into check cells, each with its exercise."""
    for notebook in lesson.glob("*.ipynb"):
        for cell in nbformat.read(notebook, as_version=4).cells:
            yield from ((cell.id.removeprefix("check_"), case) for case in hidden_in(cell.source))


def visible_cases(table: str) -> Iterator[tuple[str, Any]]:
    """The cases in a table of exercises, each with its exercise."""
    for entry in json.loads(table)["exercises"]:
        yield from ((entry["name"], case) for case in entry.get("cases", []))


def without_advice(table: str) -> str:
    """A table of exercises without what is there to be read: a second hint nearly tells."""

    def keep(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: keep(each) for key, each in value.items() if key not in ("hints", "advice")}
        return [keep(each) for each in value] if isinstance(value, list) else value

    return json.dumps(keep(json.loads(table)), ensure_ascii=False)


def long_lines(source: str) -> Iterator[str]:
    """The lines of code that can be told from others."""
    for line in code_lines(source):
        if len(line) >= LONG_ENOUGH and line not in NEEDED_ELSEWHERE:
            yield line


def code_lines(source: str) -> list[str]:
    """Code as Python itself would write it, without imports and texts; nothing where it is not Python."""
    try:
        tree = _WithoutTexts().visit(ast.parse(dedent(source)))
    except SyntaxError:
        return []
    lines = (line.strip() for line in ast.unparse(tree).splitlines())
    return [line for line in lines if not line.startswith(("import ", "from "))]


class _WithoutTexts(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:  # noqa: ARG002
        return ast.Constant("")
