"""Style sheets in outputs: only what dresses a table or a text, and only within the output itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

from grader.desk.harmless.allowed import allowed

PROPERTIES = allowed("css", "properties")
FUNCTIONS = allowed("css", "functions")
PSEUDO_CLASSES = allowed("css", "pseudo-classes")
VALUES = frozenset(("ident", "number", "percentage", "dimension", "hash", "whitespace", "literal", "string"))
SIGNS_IN_VALUES = frozenset((",", "/", "+", "-", "*"))
SIGNS_IN_SELECTORS = frozenset((".", ",", ">", "+", "~", ":", "*"))
LONGEST = 200_000


def clean_style(style: str) -> str:
    """The harmless declarations of a style attribute; none where it is nested too deep to follow."""
    try:
        return "; ".join(_declarations(tinycss2.parse_declaration_list(style[:LONGEST], True, True)))
    except RecursionError:
        return ""


def clean_sheet(sheet: str, scope: str, prefix: str) -> str:
    """The harmless rules of a style sheet; none where it is nested too deep to follow.

    scope: the id of the element within which they hold. prefix: what its ids and classes begin with there.
    """
    try:
        return "\n".join(_rules(sheet, scope, prefix))
    except RecursionError:
        return ""


def _rules(sheet: str, scope: str, prefix: str) -> Iterator[str]:
    for rule in tinycss2.parse_stylesheet(sheet[:LONGEST], True, True):
        if rule.type != "qualified-rule":
            continue
        selectors = _selectors(rule.prelude, prefix)
        declarations = "; ".join(_declarations(tinycss2.parse_declaration_list(rule.content, True, True)))
        if selectors and declarations:
            yield f"{', '.join(f'#{scope} {each}' for each in selectors)} {{ {declarations} }}"


def _declarations(parsed: Iterable[Any]) -> Iterator[str]:
    for each in parsed:
        if each.type == "declaration" and each.lower_name in PROPERTIES and _is_harmless(each.value):
            written = tinycss2.serialize(each.value).strip()
            if not set("<>\\&") & set(written):
                # Never more important than what the page itself says.
                yield f"{each.lower_name}: {written}"


def _is_harmless(tokens: Iterable[Any]) -> bool:
    return all(
        _is_harmless(token.arguments)
        if token.type == "function" and token.lower_name in FUNCTIONS
        else token.type in VALUES and (token.type != "literal" or token.value in SIGNS_IN_VALUES)
        for token in tokens
    )


def _selectors(prelude: Iterable[Any], prefix: str) -> list[str]:
    """The selectors before a rule, with the output's own ids and classes; none if one is not understood."""
    selectors, written, before = [], "", ""
    for token in prelude:
        sign = token.value if token.type == "literal" else ""
        if before == ":":
            if getattr(token, "lower_name", None) or token.type == "ident":
                name = token.lower_value if token.type == "ident" else token.lower_name
                if name not in PSEUDO_CLASSES:
                    return []
                written += tinycss2.serialize([token])
            else:
                return []
        elif token.type == "hash":
            written += f"#{prefix}{_name(token.value)}"
        elif token.type == "ident":
            written += f"{prefix if before == '.' else ''}{_name(token.value)}"
        elif token.type == "whitespace":
            written += " "
        elif sign == ",":
            selectors.append(written.strip())
            written = ""
        elif sign in SIGNS_IN_SELECTORS:
            written += sign
        else:
            return []
        before = sign
    return [*selectors, written.strip()] if written.strip() and all(selectors) else []


def _name(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() or letter in "-_")
