"""The exercise of lesson 00: a first function, to practise writing, checking and handing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.kit.cases import Case
from helpers.kit.exercise import Misconception
from helpers.kit.function_exercise import FunctionExercise, Tried
from helpers.kit.outcome import Slip
from helpers.kit.values import show

NO_TEXT = Slip(
    "wrong type",
    "Return a single piece of text. A comma between two pieces makes a pair of them, and brackets make a "
    "list; neither joins them.",
)


@dataclass(frozen=True)
class TextExercise(FunctionExercise):
    """An exercise whose answer is a function that returns text."""

    def _compare(self, case: Case, result: Any, tried: Tried) -> None:
        if self.agree(result, case.expected):
            return
        wanted = f"With {case.call()} expected {show(case.expected)}"
        if not isinstance(result, str):
            raise self.not_yet(
                f"{wanted}, and got {show(result)} of type {type(result).__name__}, which is not text.",
                NO_TEXT,
            )
        raise self.not_yet(f"{wanted}, and got {show(result)}.", *self._explained(tried))

    def agree(self, seen: Any, expected: Any) -> bool:
        """Tell whether the answer gave just this text."""
        return isinstance(seen, str) and seen == expected


_KEEP_EVERY_LETTER = "Leave the name as it was given, with its own capital and small letters."

greeting = TextExercise(
    name="greeting",
    points=1,
    hints=(
        "Text in quotation marks stays as it is. You need text with a gap in it that the name can fill.",
        "An f in front of the quotation mark lets braces hold a value: with word = 'tea', f'I like {word}.' "
        "is 'I like tea.'",
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
            "Your text contains the four letters n-a-m-e. To put in the value instead, write an f before the "
            "opening quotation mark and braces around name.",
        ),
        Misconception(
            "f before the quotation mark forgotten",
            lambda _name: "Hello, {name}!",
            "The braces are there, but Python fills them only where there is an f right before the opening "
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
        Misconception(
            "space forgotten",
            lambda name: f"Hello,{name}!",
            "The words are right. Compare the two texts between the comma and the name.",
        ),
        Misconception(
            "space before the exclamation mark",
            lambda name: f"Hello, {name} !",
            "An extra space has slipped in. Compare the two texts after the name.",
        ),
        Misconception(
            "small letter at the start",
            lambda name: f"hello, {name}!",
            "Python tells capital letters from small ones. Compare the first letters of the two texts.",
        ),
        Misconception(
            "another mark at the end",
            lambda name: f"Hello, {name}.",
            "The words are right. Compare the last characters of the two texts.",
        ),
        Misconception(
            "line break at the end",
            lambda name: f"Hello, {name}!\n",
            "\\n at the end of your text starts a new line. print needs none, and the greeting has none.",
        ),
        Misconception(
            "quotation marks around the name",
            lambda name: f"Hello, {name!r}!",
            "Python shows text in quotation marks, but they are not part of it: the greeting has none "
            "inside.",
        ),
        Misconception(
            "only the name",
            lambda name: name,
            "The name comes back on its own. The greeting has words and marks around it.",
        ),
        Misconception(
            "letters of the name changed",
            lambda name: f"Hello, {name.upper()}!",
            _KEEP_EVERY_LETTER,
        ),
        Misconception(
            "letters of the name changed",
            lambda name: f"Hello, {name.lower()}!",
            _KEEP_EVERY_LETTER,
        ),
        Misconception(
            "letters of the name changed",
            lambda name: f"Hello, {name.capitalize()}!",
            _KEEP_EVERY_LETTER,
        ),
        Misconception(
            "only the first word of the name",
            lambda name: f"Hello, {name.split()[0]}!",
            "A name may have several words. All of it belongs in the greeting.",
        ),
    ),
)
