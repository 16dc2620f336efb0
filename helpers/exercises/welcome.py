"""The exercise of lesson 00: a first function, to practise writing, checking and handing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.exercises.exercise import Misconception
from helpers.exercises.function_exercise import Case, FunctionExercise
from helpers.exercises.values import show


@dataclass(frozen=True)
class TextExercise(FunctionExercise):
    """An exercise whose answer is a function that returns text."""

    def _compare(self, case: Case, result: Any, tried: list[tuple[Case, Any]]) -> None:
        if self._agree(result, case.expected):
            return
        seen = show(result)
        if not isinstance(result, str):
            seen = f"{seen} of type {type(result).__name__}, which is not text"
        raise self.not_yet(
            f"With {case.call()} expected {show(case.expected)}, and got {seen}.", *self._explained(tried)
        )

    def _agree(self, seen: Any, expected: Any) -> bool:
        return isinstance(seen, str) and seen == expected


greeting = TextExercise(
    name="greeting",
    points=1,
    hints=(
        "Text in quotation marks stays as it is. You need a text with a place in it that the name can fill.",
        "An f at the front of a text lets braces hold a value: with word = 'tea', f'I like {word}.' is "
        "'I like tea.'",
    ),
    cases=(
        Case({"name": "Ada"}, "Hello, Ada!"),
        Case({"name": "Emmy"}, "Hello, Emmy!"),
    ),
    misconceptions=(
        Misconception(
            "same name for everyone",
            lambda _name: "Hello, Ada!",
            "Ada is only the example. Use name, so that everybody is greeted by their own name.",
        ),
        Misconception(
            "the word name instead of its value",
            lambda _name: "Hello, name!",
            "The four letters n-a-m-e stand in your text. Its value goes in with an f before the opening "
            "quotation mark and braces around name.",
        ),
        Misconception(
            "f before the quotation mark forgotten",
            lambda _name: "Hello, {name}!",
            "The braces are there, but Python fills them only in a text that starts with f, right before the "
            "quotation mark.",
        ),
        Misconception(
            "exclamation mark forgotten",
            lambda name: f"Hello, {name}",
            "The words are right. Compare the end of the two texts, character by character.",
        ),
        Misconception(
            "comma forgotten",
            lambda name: f"Hello {name}!",
            "The words are right. Compare the two texts after Hello, character by character.",
        ),
    ),
)
