"""Bear witness, inside a kernel, that a grade cell ran to its end with the code it should have.

The grader sends with each grade cell a number used once and a digest of the cell's syntax tree. When IPython
is about to run a cell, an AST transformer compares that digest with the tree it was given, and only then adds
a statement at the end that notes the number. So a cell that was emptied on its way, or skipped, leaves no
note; and neither does one that raised.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from typing import Any

NAME = "__grader_witness__"


def digest(tree: ast.AST) -> str:
    """A digest of a cell's code, whatever its layout and comments."""
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


class Witness(ast.NodeTransformer):
    """The transformer of one kernel. said: the numbers of the grade cells that ran to their end."""

    def __init__(self, shell: Any) -> None:  # noqa: D107
        self._shell = shell
        self.said: list[str] = []

    def __call__(self, once: str) -> None:
        """Note the number of a grade cell."""
        self.said.append(once)

    def visit_Module(self, tree: ast.Module) -> ast.Module:
        """Add the note to a grade cell's code."""
        request = self._shell.kernel.get_parent("shell").get("metadata", {}).get("grader")
        if request is None or digest(tree) != request["digest"]:
            return tree
        note = ast.parse(f"{NAME}({request['once']!r})").body[0]
        # The last expression stays last, for its value is the cell's result.
        place = len(tree.body) - isinstance(tree.body[-1], ast.Expr) if tree.body else 0
        where = tree.body[min(place, len(tree.body) - 1)] if tree.body else note
        for node in ast.walk(note):
            ast.copy_location(node, where)
        tree.body.insert(place, note)
        return tree


def install(shell: Any) -> None:
    """Have a shell's cells witnessed."""
    witness = Witness(shell)
    shell.ast_transformers.append(witness)
    # Out of sight of %who and of a notebook that clears its variables.
    setattr(builtins, NAME, witness)
