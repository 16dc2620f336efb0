"""Say what was put right in a submission: one plain sentence for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from grader.grading.answers import Answers
from grader.grading.matching import (
    BY_ID,
    BY_ITS_NEIGHBOURS,
    BY_TEXT,
    BY_WHAT_IT_DEFINES,
    Matches,
    holds_an_answer,
    is_same_text,
)
from grader.grading.spec import SpecCell
from grader.grading.submitted_notebook import SubmittedCell

# Names in a sentence, before it only counts the rest.
MOST_NAMES = 4
FOUND = {
    BY_ID: ("by its cell id", "by their cell ids"),
    BY_TEXT: ("by its text", "by their texts"),
    BY_WHAT_IT_DEFINES: ("by what it defines", "by what they define"),
    BY_ITS_NEIGHBOURS: ("by its place", "by their places"),
}


def differs(cell: SubmittedCell, original: SpecCell) -> bool:
    """Whether a cell is no longer as it was given out."""
    return cell.kind != original.kind or not any(
        is_same_text(cell.source, given) for given in (original.released, original.source)
    )


def findings_of(matches: Matches, answers: Answers) -> list[str]:
    """What a person should know of how the cells of a submission were found and what was put back."""
    findings = [*_known_otherwise(matches)]
    numbers = matches.numbers
    copies = Counter(cell.name for cell in matches.cells if cell.name is not None)
    for place, original in enumerate(matches.spec.cells):
        if original.name is None:
            continue
        cell = matches.cells[numbers[place]] if place in numbers else None
        if place in answers.findings:
            findings.append(answers.findings[place])
        elif cell is None:
            findings.append(f"{original.name} was deleted; it was put back.")
        elif copies[original.name] > 1:
            findings.append(
                f"{original.name} was in the notebook {copies[original.name]} times; {_kept(matches, place)}."
            )
        if cell is not None and not original.is_answer and differs(cell, original):
            findings.append(f"{original.name} was edited; the original was run.")
        if (
            cell is not None
            and original.is_answer
            and cell.kind != original.kind
            and place not in answers.findings
        ):
            taken = "run as code" if original.kind == "code" else "read as text"
            findings.append(f"{original.name} had been turned into a {cell.kind} cell; it was {taken}.")
    order = [matches.places[number] for number in sorted(matches.places) if not _was_found(matches, number)]
    if order != sorted(order):
        findings.append("Cells of the lesson were in another order; they were run in the lesson's.")
    return findings


def _was_found(matches: Matches, number: int) -> bool:
    return matches.how[number] == BY_WHAT_IT_DEFINES


def _known_otherwise(matches: Matches) -> Iterator[str]:
    """Which of the lesson's named cells had lost their names, and how they were known."""
    for how, (one, several) in FOUND.items():
        names = [
            matches.spec.cells[place].name or ""
            for number, place in sorted(matches.places.items(), key=lambda each: each[1])
            if matches.how[number] == how and matches.spec.cells[place].name is not None
        ]
        if len(names) == 1:
            yield f"{names[0]} had lost its nbgrader id; it was found {one}."
        elif names:
            yield f"{_listed(names)} had lost their nbgrader ids; they were found {several}."


def _listed(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} others"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _kept(matches: Matches, place: int) -> str:
    original = matches.spec.cells[place]
    if not original.is_answer:
        return "the original was run"
    last = max(number for number, cell in enumerate(matches.cells) if cell.name == original.name)
    if matches.numbers[place] == last or not holds_an_answer(matches.cells[matches.numbers[place]], original):
        return "the last one counts"
    return "the last one that holds an answer counts"
