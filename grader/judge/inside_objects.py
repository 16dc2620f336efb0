"""What in a check looks at how an object is made inside, which only the process knows where it is."""

from __future__ import annotations

import ast
import re

# With an object as their argument. Without one they are about the names of the check.
BUILTINS = frozenset(("vars", "dir"))
OF_DATACLASSES = frozenset(("is_dataclass", "asdict", "astuple"))
ATTRIBUTES = frozenset(("__dict__", "__slots__", "__weakref__", "__getattribute__"))


def looks_inside(tree: ast.AST) -> str:
    """What looks inside of an object, in a word; "" where nothing does."""
    return next((word for node in ast.walk(tree) if (word := _looks_inside(node))), "")


def _looks_inside(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        return node.attr
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in OF_DATACLASSES or (name in BUILTINS and node.args):
        return str(name)
    asked = [each.value for each in node.args[1:] if isinstance(each, ast.Constant)]
    # Not `__len__` and its like: these the judge knows.
    is_hidden = any(isinstance(each, str) and re.fullmatch(r"__\w*[^\W_]", each) for each in asked)
    return str(name) if name in ("hasattr", "getattr") and is_hidden else ""
