"""Exercises in which the student writes a function: it is called with data, and its results are compared."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from helpers.kit.calling import changes_followed
from helpers.kit.cases import Case, Earlier, Stopped
from helpers.kit.exercise import Exercise, NotAttempted, NotDoneYet, NotYet
from helpers.kit.general_slips import (
    CHANGES_ITS_INPUT,
    NO_FUNCTION,
    NOT_A_NUMBER,
    ONLY_THE_EXAMPLE,
    RETURNS_NOTHING,
    STOPS,
    STOPS_WITH_LONG_ARRAYS,
    TOO_FEW_DIGITS,
    WRONG_SHAPE,
    WRONG_TYPE,
)
from helpers.kit.outcome import Slip
from helpers.kit.relations import Compared, relation
from helpers.kit.tables import case_from, common
from helpers.kit.tolerances import HALF, UNCHANGED
from helpers.kit.values import as_numbers, close, first_difference, is_long, show

OTHER_NUMBER_OF_RESULTS = replace(
    WRONG_SHAPE, advice="All results belong in one return, in this order, with commas between them."
)
IN_A_DICT = replace(WRONG_TYPE, advice=OTHER_NUMBER_OF_RESULTS.advice)
NOT_TEXT = replace(
    WRONG_TYPE,
    advice="Return a single piece of text. A comma between two pieces makes a pair of them, and brackets "
    "make a list; neither joins them.",
)
RUNS_ON = Slip("runs on", "Does its loop end? Look at what has to change from one round to the next.")
NO_DICT = replace(WRONG_TYPE, advice="Return a dict that holds each array under its key.")
OTHER_KEYS = replace(WRONG_SHAPE, advice="The dict needs every one of these keys, and no other.")
# A case, and what the answer gave in it: a result, or how the call stopped.
Tried = Sequence[tuple[Case, Any]]


class Unlike(Exception):  # noqa: N818 - what a result is
    """A result that is not made up as what is expected: remark says how, slip is the general one for that."""

    def __init__(self, remark: str, slip: Slip) -> None:  # noqa: D107
        super().__init__(remark)
        self.remark, self.slip = remark, slip


@dataclass(frozen=True, repr=False)
class FunctionExercise(Exercise):
    """An exercise whose answer is a function that gives numbers, or text.

    cases: what `check` tries, where the student can see it. Hidden tests bring cases of their own. A result
    may be a dict of arrays, and so may an argument.
    results: the names of its results, where the function returns several in a fixed order. What a case
    expects, and what a slip results in, is then a tuple in this order. Each case holds what the slips give.
    free: those of the results that are up to the student.
    earlier: the earlier answer, handed to `check` as well, whose results the function takes. arguments: then,
    those of the function; a case has some of them. earlier_exercise: what says whether the earlier is right.
    if_float64: said of a right answer whose first result is of that type.
    """

    cases: tuple[Case, ...] = field(kw_only=True)
    results: tuple[str, ...] = field(default=(), kw_only=True)
    free: tuple[str, ...] = field(default=(), kw_only=True)
    arguments: tuple[str, ...] = field(default=(), kw_only=True)
    earlier: Earlier | None = field(default=None, kw_only=True)
    earlier_exercise: Exercise | None = field(default=None, kw_only=True)
    if_float64: str = field(default="", kw_only=True)

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read an exercise from its table. Raises KeyError, TypeError or ValueError."""
        earlier = entry.get("earlier")
        return cls(
            **common(entry),
            cases=tuple(map(case_from, entry["cases"])),
            results=tuple(entry["results"]),
            free=tuple(entry.get("free", ())),
            arguments=tuple(entry.get("arguments", ())),
            earlier=Earlier(**earlier) if earlier else None,
            if_float64=entry.get("if_float64", ""),
        )

    def among(self, exercises: Mapping[str, Exercise]) -> Self:  # noqa: D102
        if self.earlier is None:
            return self
        return replace(self, earlier_exercise=exercises[self.earlier.name])

    def check_hidden(self, answer: Any, *cases: Mapping[str, Any]) -> None:
        """Examine an answer in cases that students do not see, written as a table writes them.

        answer: with the earlier one as a pair, where there is one. Raises NotYet or NotAttempted.
        """
        answers = answer if self.earlier else (answer,)
        self.examine(*answers, *map(case_from, cases))

    def check(self, *answers: Any) -> None:  # noqa: D102
        super().check(*answers)
        if self.if_float64:
            first, *_ = self._result(answers[0], self.cases[0])
            if np.asarray(first).dtype == np.float64:
                print(self.if_float64)

    def examine(self, answer: Any, *rest: Any) -> None:
        """Call the answer with each case (by default the visible ones). Raises NotYet or NotAttempted.

        rest: the earlier answer, where there is one, and cases.
        """
        cases: Sequence[Case] = rest
        if self.earlier:
            before, *cases = rest
            self._examine_earlier(before, self.earlier)
            answer = self._after(before, self.earlier, answer)
        if answer is ...:
            raise self.not_attempted()
        if not callable(answer):
            raise self.not_yet(f"{self.name} is {show(answer)}.", NO_FUNCTION)
        tried: list[tuple[Case, Any]] = []
        stopped: list[NotYet] = []
        for case in cases or self.cases:
            try:
                # As it is now: later calls may change what they have returned before.
                tried.append((case, _as_it_is_now(self._result(answer, case))))
            except NotYet as found:
                # Where no slip may stop, the other cases need not be tried.
                if found.__cause__ is None or not self.slips:
                    raise
                stopped.append(found)
                tried.append((case, Stopped.by(found.__cause__)))
        if stopped:
            explained = self._explained(tried)
            raise NotYet(replace(stopped[0].outcome, slips=tuple(explained))) if explained else stopped[0]
        for case, result in tried:
            self._compare(case, result, tried)

    def stops(self, case: Case) -> Slip:
        """What to say where a call with a case's arguments stops with an error."""
        return STOPS_WITH_LONG_ARRAYS if any(map(is_long, case.arguments.values())) else STOPS

    def given(self, case: Case) -> str:
        """The arguments of a case, as a message shows them."""
        return case.call()

    def _examine_earlier(self, answer: Any, earlier: Earlier) -> None:
        try:
            if self.earlier_exercise:
                self.earlier_exercise.examine(answer)
        except NotAttempted:
            raise self.not_attempted(
                f"{earlier.name} comes first. Do that exercise, then run this cell again."
            ) from None
        except NotYet:
            taken = " and the ".join(name for name in earlier.results if name in self.arguments)
            raise self.not_yet(
                f"It starts from the {taken} of {earlier.name}, which is not right yet: fix that first."
            ) from None

    def _after(self, before: Any, earlier: Earlier, answer: Any) -> Any:
        """The answer as a function of a case's arguments."""
        if not callable(answer):
            return answer
        names = tuple(self.cases[0].arguments)
        other = copy.deepcopy(dict(self.cases[-1].arguments))

        def following(*values: Any) -> Any:
            known = earlier.known(before, dict(zip(names, values, strict=True)))
            # What it keeps elsewhere than in its results belongs to its last call by now, which was another.
            earlier.known(before, other)
            return answer(*(known[name] for name in self.arguments))

        return following

    def _result(self, answer: Any, case: Case) -> Any:
        """What the answer gives in a case.

        Raises NotYet or NotAttempted; NotYet from the exception where the answer stopped with one.
        """
        arguments = copy.deepcopy(dict(case.arguments))
        given = self.given(case)
        try:
            # A warning on stderr would cost the marks of a right answer when nbgrader itself marks it.
            with warnings.catch_warnings(action="ignore"), changes_followed():
                result = answer(*arguments.values())
        except NotDoneYet as error:
            raise self._unfinished(error, case) from None
        except KeyboardInterrupt:
            raise self.not_yet(f"With {given} it was stopped while it was still running.", RUNS_ON) from None
        except (Exception, SystemExit) as error:
            stopped = Stopped.by(error)
            raise self.not_yet(
                f"With {given} it stopped with {stopped.kind}: {stopped.text.rstrip('.')}.",
                self.stops(case),
                given=given,
                seen=stopped.kind,
            ) from error
        for name, before in case.arguments.items():
            if not _same(arguments[name], before):
                raise self.not_yet(
                    f"With {given} it changed {name} in place.", _changes(name, before), given=given
                )
        if result is None:
            expected = self._wanted(case.expected)
            raise self.not_yet(
                f"With {given} expected {expected}, and got None.",
                RETURNS_NOTHING,
                given=given,
                expected=expected,
                seen="None",
            )
        return result

    def _wanted(self, expected: Any) -> str:
        """What should come out, as a message shows it."""
        if self.results:
            return f"{len(self.results)} results"
        return _keys(expected) if isinstance(expected, Mapping) else show(expected)

    def _unfinished(self, error: NotDoneYet, case: Case) -> Exception:
        # An answer may call a function of an earlier exercise: that one's stub is not this one's.
        if str(error).startswith(f"{self.name} is "):
            return self.not_attempted()
        return self.not_yet(f"With {self.given(case)} it stopped, because {error}", given=self.given(case))

    def _compare(self, case: Case, result: Any, tried: Tried) -> None:
        """Raise NotYet unless the result is what the case expects; `tried`: all cases with results."""
        try:
            for name, seen, expected in self._parts(result, case.expected):
                self._compare_part(name, seen, expected, case, tried)
        except Unlike as unlike:
            raise self.not_yet(
                f"With {self.given(case)} {unlike.remark}",
                *(self._explained(tried) or [unlike.slip]),
                given=self.given(case),
                seen=show(result),
            ) from None

    def _parts(self, result: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
        """The numbers to compare: their name, "" for an only result, and what was seen and expected.

        Raises Unlike for a result that is not made up as the expected one.
        """
        if not self.results:
            yield from _entries("", result, expected)
            return
        if not self._are_results(result):
            raise Unlike(
                f"expected {self._wanted(expected)}, and got {show(result)} of type {type(result).__name__}. "
                f"End with: return {', '.join(self.results)}.",
                IN_A_DICT if _is_dict_of(self.results, result) else OTHER_NUMBER_OF_RESULTS,
            )
        for name, seen, right in zip(self.results, result, expected, strict=True):
            if name not in self.free:
                yield from _entries(name, seen, right)

    def _are_results(self, given: Any) -> bool:
        return isinstance(given, (tuple, list)) and len(given) == len(self.results)

    def _compare_part(self, name: str, seen: Any, expected: Any, case: Case, tried: Tried) -> None:
        """Compare a result, or one of several: `name` is its name, "" for the only one."""
        if close(seen, expected, equal_nan=True):
            return
        shown = {"given": self.given(case), "expected": show(expected), "seen": show(seen)}
        wanted = f"With {shown['given']} expected {f'{name} = ' if name else ''}{shown['expected']}"
        explained = self._explained(tried)
        if isinstance(expected, str):
            got = f"{wanted}, and got {shown['seen']}"
            if isinstance(seen, str):
                raise self.not_yet(f"{got}.", *explained, **shown)
            raise self.not_yet(f"{got} of type {type(seen).__name__}, which is not text.", NOT_TEXT, **shown)
        differs = f"{wanted}, and got {shown['seen']}."
        shape = tuple(getattr(seen, "shape", ()))
        parts = case.expected if self.results else (expected,)
        if shape and shape == np.shape(expected) and any(map(is_long, parts)):
            with suppress(TypeError, ValueError):  # it may hold no numbers: a sparse matrix, for example
                differs = f"With {shown['given']} {first_difference(name or 'the result', seen, expected)}"
        if explained and shape:
            # Not made into other numbers first: there may be so many that it takes seconds.
            raise self.not_yet(differs, *explained, **shown)
        try:
            numbers, right = as_numbers(seen), as_numbers(expected)
        except (TypeError, ValueError):
            holds = "which holds no numbers" if name else "which is not a number"
            raise self.not_yet(
                f"{wanted}, and got {shown['seen']} of type {type(seen).__name__}, {holds}.",
                *(explained or [WRONG_TYPE]),
                **shown,
            ) from None
        if explained:
            raise self.not_yet(differs, *explained, **shown)
        found = relation(self._compared(name, tried))
        if numbers.shape != right.shape:
            raise self.not_yet(
                f"{wanted} ({_shape(right)}), and got {shown['seen']} ({_shape(numbers)}).",
                WRONG_SHAPE,
                relation=found,
                **shown,
            )
        general = [] if np.isfinite(numbers).all() else [NOT_A_NUMBER]
        if getattr(seen, "dtype", None) == np.float16 and np.allclose(numbers, right, HALF, HALF):
            general = [TOO_FEW_DIGITS]
        raise self.not_yet(differs, *general, relation=found, **shown)

    def _compared(self, name: str, tried: Tried) -> list[Compared]:
        """The results of that name beside the right ones; none where some cannot be compared."""
        try:
            return [
                Compared(as_numbers(seen), as_numbers(expected), case.arguments)
                for case, result in tried
                for part, seen, expected in self._parts(result, case.expected)
                if part == name
            ]
        except (Unlike, TypeError, ValueError):
            return []

    def _explained(self, tried: Tried) -> list[Slip]:
        """The slips that give all that was seen; if there are none, whether it is the visible example."""
        with np.errstate(all="ignore"):
            known = [
                slip
                for place, slip in enumerate(self.slips)
                if all(case.slipped for case, _ in tried)
                and self._gives([(case.slipped[place], seen) for case, seen in tried])
            ]
        if known or any(case is visible for case, _ in tried for visible in self.cases):
            return known
        only = all(any(self.agree(seen, case.expected) for case in self.cases) for _, seen in tried)
        return [ONLY_THE_EXAMPLE] if only else []

    def _gives(self, results: Sequence[tuple[Any, Any]]) -> bool:
        """Whether a slip gives all that was seen. results: of each case, the slip's and the answer's."""
        for slipped, seen in results:
            if isinstance(slipped, Stopped) or isinstance(seen, Stopped):
                same = (
                    isinstance(slipped, Stopped) and isinstance(seen, Stopped) and slipped.kind == seen.kind
                )
            else:
                same = self.agree(seen, slipped)
            if not same:
                return False
        if any(_tells_apart(slipped) for slipped, _ in results):
            return True
        # Any mistake may give nan alone, or stop with an error of that type, whose text then decides.
        return all(isinstance(slipped, Stopped) and slipped.text == seen.text for slipped, seen in results)

    def agree(self, seen: Any, expected: Any) -> bool:
        """Tell whether two results count as the same. expected: the right one, or that of a slip."""
        together = isinstance(seen, (tuple, list))
        if self.results and not isinstance(expected, tuple):  # a slip that gives one of them alone
            return not together and close(seen, expected, equal_nan=True)
        if self.results and len(expected) != len(self.results):
            return together and len(seen) == len(expected) and all(map(close, seen, expected))
        try:
            return all(close(one, other, equal_nan=True) for _, one, other in self._parts(seen, expected))
        except Unlike:
            return False


def _as_it_is_now(result: Any) -> Any:
    if isinstance(result, np.ndarray):
        return result.copy()
    if type(result) is dict:
        return {key: _as_it_is_now(value) for key, value in result.items()}
    return type(result)(map(_as_it_is_now, result)) if type(result) in (list, tuple) else result


def _entries(name: str, seen: Any, expected: Any) -> Iterator[tuple[str, Any, Any]]:
    """A result, or each array of one that is a dict, by its key. Raises Unlike for other keys."""
    if not isinstance(expected, Mapping):
        yield name, seen, expected
        return
    if not isinstance(seen, Mapping):
        raise Unlike(
            f"expected {_keys(expected)}, and got {show(seen)} of type {type(seen).__name__}.", NO_DICT
        )
    if set(seen) != set(expected):
        found = ", ".join(map(str, seen)) or "none"
        raise Unlike(f"expected {_keys(expected)}, and got one with {found}.", OTHER_KEYS)
    for key, right in expected.items():
        yield key, seen[key], right


def _is_dict_of(names: Sequence[str], result: Any) -> bool:
    return isinstance(result, Mapping) and set(result) == set(names)


def _keys(expected: Mapping[str, Any]) -> str:
    return f"a dict with the keys {', '.join(expected)}"


def _tells_apart(result: Any) -> bool:
    """Whether a result is more than nan: such a one many a mistake gives."""
    if isinstance(result, Stopped):
        return False
    try:
        return not np.isnan(as_numbers(result)).all()
    except (TypeError, ValueError):
        return True


def _shape(numbers: npt.NDArray[np.float64]) -> str:
    return f"shape {numbers.shape}" if numbers.ndim else "a single number"


def _changes(name: str, before: Any) -> Slip:
    if not isinstance(before, Mapping):
        return CHANGES_ITS_INPUT
    return Slip(
        f"{name} changed in place",
        f"Nobody who calls a function expects it to change the {name} they pass in. Leave both the dict "
        "and its arrays as they are: work on copies, or make new arrays.",
    )


def _same(after: Any, before: Any) -> bool:
    if isinstance(before, Mapping):
        return set(after) == set(before) and all(_unmoved(after[key], before[key]) for key in before)
    try:
        return bool(np.array_equal(np.asarray(after), np.asarray(before), equal_nan=True))
    except TypeError:  # not numbers: nan has no meaning there
        return bool(np.array_equal(np.asarray(after), np.asarray(before)))


def _unmoved(after: Any, before: Any) -> bool:
    """Whether an array is as it was, but for the rounding that adding and taking away leaves."""
    try:
        return np.shape(after) == np.shape(before) and np.allclose(after, before, rtol=0, atol=UNCHANGED)
    except (TypeError, ValueError):  # not numbers, or rows of different lengths
        return False
