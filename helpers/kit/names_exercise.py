"""Exercises that ask for a list of names in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, ValuesView
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Self

from helpers.kit.exercise import Exercise
from helpers.kit.general_slips import NOTHING_KEPT
from helpers.kit.outcome import Slip
from helpers.kit.tables import common
from helpers.kit.values import show

# The least that two spellings of one name have in common; two names of one list share less.
ALIKE = 0.7


def _spelled_otherwise(expected: Sequence[str], written: Sequence[str]) -> bool:
    return len(written) == len(expected) and all(
        other and (one in other or other in one or SequenceMatcher(None, one, other).ratio() > ALIKE)
        for one, other in zip(expected, written, strict=True)
    )


def _joined(expected: Sequence[str], written: Sequence[str]) -> bool:
    return len(written) < len(expected) and "".join(written) == "".join(expected)


# Signs of a slip in what was expected and what was written.
OF_NAMES: dict[str, Callable[[Sequence[str], Sequence[str]], bool]] = {
    "joined": _joined,
    "spelled otherwise": _spelled_otherwise,
    "another order": lambda expected, written: sorted(expected) == sorted(written),
}


@dataclass(frozen=True, repr=False)
class NamesExercise(Exercise):
    """A list in which each name has its place. A dictionary whose keys are these places will do as well.

    given: what each slip gives, or the type of what was given in place of a list or of a name, or one of
    OF_NAMES.
    """

    names: list[str] = field(kw_only=True)
    given: tuple[list[str] | str, ...] = field(kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        given = tuple(each["given"] for each in entry["slips"])
        return cls(**common(entry), names=entry["names"], given=given)

    def examine(self, answer: Any) -> None:
        """Compare the list of names. Raises NotYet or NotAttempted."""
        if answer is ...:
            raise self.not_attempted()
        if hasattr(answer, "tolist"):  # an array, or a series of pandas
            answer = answer.tolist()
        elif isinstance(answer, ValuesView):  # graded elsewhere, it has become a list
            answer = list(answer)
        if isinstance(answer, str) or not isinstance(answer, (Sequence, Mapping)):
            kind = "str" if isinstance(answer, str) else "no list"
            raise self.not_yet(
                f"{self.name} is {show(answer)} of type {type(answer).__name__}.",
                *([NOTHING_KEPT] if answer is None else self._with(kind)),
            )
        if isinstance(answer, Mapping) and set(answer) != set(range(len(answer))):
            raise self.not_yet(
                f"The keys of {self.name} are {', '.join(map(str, answer))}.", *self._with("other keys")
            )
        names = [answer[place] for place in range(len(answer))]
        expected, written = map(_plainly, (self.names, names))
        if written == expected:
            return
        explained = [
            slip
            for slip, given in zip(self.slips, self.given, strict=True)
            if isinstance(given, list) and _plainly(given) == written
        ]
        if not all(isinstance(name, str) for name in names):
            place = next(i for i, name in enumerate(names) if not isinstance(name, str))
            raise self.not_yet(
                f"{self.name}[{place}] is {show(names[place])}, expected {self.names[place]!r}.",
                *(explained or self._with("no names")),
            )
        explained = explained or [
            slip
            for sign, is_there in OF_NAMES.items()
            if is_there(expected, written)
            for slip in self._with(sign)
        ]
        if len(written) != len(expected):
            remark = f"Expected {len(expected)} names, and got {len(written)}."
            missing = [name for name in self.names if _plainly([name])[0] not in written]
            unknown = [name for name in names if _plainly([name])[0] not in expected]
            remark += f" {missing[0]!r} is missing." if missing else ""
            remark += f" The table has no {unknown[0]!r}." if unknown else ""
            raise self.not_yet(remark, *explained)
        place = next(i for i, name in enumerate(written) if name != expected[i])
        raise self.not_yet(
            f"{self.name}[{place}] is {names[place]!r}, expected {self.names[place]!r}.", *explained
        )

    def _with(self, sign: str) -> list[Slip]:
        return [slip for slip, given in zip(self.slips, self.given, strict=True) if given == sign]


def _plainly(names: Sequence[Any]) -> list[str]:
    return [str(name).strip().casefold() for name in names]
