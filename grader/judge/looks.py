"""Let what stays in the student's process look to a check, and to `inspect`, like what it is there."""

from __future__ import annotations

import builtins
import inspect
import keyword
import types
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from grader.judge import wire
from grader.judge.plain import CannotTravelError

LONGEST_NAME = 200
MOST_PARAMETERS = MOST_FIELDS = 100
# What isinstance says of a handle, by the name of its class over there: of what can be called or iterated in
# any case. Nothing else is taken at its word.
CLASSES: Mapping[str, type] = {"function": types.FunctionType, "generator": types.GeneratorType}


def name_of(text: str) -> str:
    """A text as the name of a class or a function."""
    return text[:LONGEST_NAME].replace("\0", "") or "object"


def built_in_error(names: list[str]) -> type[BaseException]:
    """The first of these names that is an exception of Python's own."""
    for name in names:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException) and kind is not KeyboardInterrupt:
            return kind
    return Exception


def members_of(class_name: str) -> dict[str, Any]:
    """What the class of a handle needs so that isinstance takes it for what it is over there."""
    known = CLASSES.get(class_name)
    return {} if known is None else {"__class__": property(lambda _: known)}


def signature_of(parameters: list[wire.Parameter]) -> inspect.Signature | None:
    """What a function takes, as far as that can be said; None for what no function can take."""
    try:
        return inspect.Signature(
            [
                inspect.Parameter(each.name, inspect._ParameterKind(each.kind), default=_default(each))
                for each in parameters[:MOST_PARAMETERS]
            ]
        )
    except (ValueError, TypeError):
        return None


def _default(parameter: wire.Parameter) -> Any:
    if not parameter.has_default:
        return inspect.Parameter.empty
    return ... if isinstance(parameter.default, wire.Constant) else parameter.default


def code_of(code: wire.Code, name: str) -> types.SimpleNamespace:
    """What `inspect` asks of a function's code, and no code."""
    return types.SimpleNamespace(
        co_name=name, co_flags=code.flags, co_argcount=code.arguments, co_varnames=tuple(code.names)
    )


def named_tuple(name: str, fields: Sequence[str], values: Any) -> Any:
    """A tuple whose items have names. Raises CannotTravelError.

    Where an item can be called, their names are left out: else the tuple could pass for an object with
    methods, such as a network.
    """
    odd = [
        field for field in fields if not field.isidentifier() or field[0] == "_" or keyword.iskeyword(field)
    ]
    fits = type(values) is tuple and len(values) == len(fields) == len(set(fields))
    if odd or not fits or len(fields) > MOST_FIELDS:
        raise CannotTravelError("A value that is marked as a named tuple is not one.")
    if any(map(callable, values)):
        return values
    members: dict[str, Any] = {field: property(itemgetter(place)) for place, field in enumerate(fields)}

    def shown(self: tuple[Any, ...]) -> str:
        return f"{name}({', '.join(f'{field}={each!r}' for field, each in zip(fields, self, strict=True))})"

    def as_dict(self: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(fields, self, strict=True))

    members |= {"_fields": tuple(fields), "_asdict": as_dict, "__repr__": shown, "__slots__": ()}
    made: Any = type(name_of(name), (tuple,), members)
    return made(values)
