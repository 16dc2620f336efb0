"""Read what the judge hands over to a student's process. It may be trusted."""

from __future__ import annotations

import importlib
import types
from typing import TYPE_CHECKING, Any

from grader.judge import wire
from grader.judge.generators import generator
from grader.judge.plain import Reader

if TYPE_CHECKING:
    from grader.judge.student_side import Student


class JudgesFunction:
    """A function that lives with the judge."""

    def __init__(self, student: Student, handle: int, name: str) -> None:
        """Stand for the judge's function of that number."""
        self._student, self._handle = student, handle
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Have the judge call it."""
        return self._student.ask_judge(self._handle, arguments, named)

    def __repr__(self) -> str:
        """Show its name."""
        return f"<function {self.__name__}>"


class FromJudge(Reader):
    """Reads what the judge hands over, which may be trusted."""

    def __init__(self, student: Student, buffers: list[bytearray]) -> None:
        """Start with nothing read. buffers: the large arrays of the message."""
        super().__init__(buffers)
        self._student = student

    def other(self, written: Any, depth: int) -> Any:
        """Read a value that is not plain. Raises CannotTravelError."""
        student = self._student
        if isinstance(written, wire.Own):
            return student.object(written.handle)
        made: Any
        if isinstance(written, wire.Handle):
            made = JudgesFunction(student, written.handle, written.name)
        elif isinstance(written, wire.Randomness):
            state, seed = (self.value(each, depth + 1) for each in (written.state, written.seed))
            return generator(written.kind, state, seed)
        elif isinstance(written, wire.Record):
            made = self._record(written, depth)
        elif isinstance(written, wire.Table):
            from grader.judge.rebuilding import table

            return table(written, self, depth)
        else:
            return super().other(written, depth)
        student.judges[id(made)] = made, written.handle
        return made

    def _record(self, written: wire.Record, depth: int) -> Any:
        fields = {name: self.value(each, depth + 1) for name, each in written.fields.items()}
        kind = self._class(written.module, written.name)
        made: Any = object.__new__(kind)
        for name, each in fields.items():
            object.__setattr__(made, name, each)
        return made

    def _class(self, module: str, name: str) -> type:
        if module == "__main__":
            kind = self._student._cells.namespace.get(name)
        else:
            kind = importlib.import_module(module)
            for part in name.split("."):
                kind = getattr(kind, part)
        return kind if isinstance(kind, type) else types.new_class(name.rpartition(".")[2])
