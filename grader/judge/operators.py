"""The operators that one process may ask the other to use."""

from __future__ import annotations

OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        "len", "getitem", "setitem", "delitem", "contains", "iter", "str", "repr", "bool", "hash",
        "abs", "neg",
        "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod",
        "pow", "matmul",
        "radd", "rsub", "rmul", "rtruediv", "rfloordiv", "rmod", "rpow", "rmatmul",
        "and", "or", "xor", "invert",
        "iadd", "isub", "imul", "itruediv", "int", "float", "round", "enter", "exit", "pos", "divmod",
    )
)  # fmt: skip
