"""Formulas without scripts: TeX becomes MathML, which browsers set by themselves."""

from __future__ import annotations

import html
import re

from math_core import LatexError, LatexToMathML

from grader.desk.harmless.sanitiser import clean_mathml

DELIMITED = re.compile(
    r"\$\$(?P<block>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)|\$(?P<dollar>[^$]+?)\$"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)
# The converter follows what is nested: some thousand levels would end this process.
LONGEST = 2_000
WIDE = 40


def formula(tex: str, *, is_block: bool) -> str:
    """The formula as HTML; one that is not understood is shown as it was written."""
    if len(tex) <= LONGEST:
        try:
            made = _converter().convert_with_local_state(tex.strip(), displaystyle=is_block)
            cleaned = clean_mathml(made)
            # What may be wider than a phone scrolls, with the keyboard as well.
            wide = is_block and len(tex) > WIDE
            return cleaned.replace("<math", '<math tabindex="0"', 1) if wide else cleaned
        except LatexError:
            pass
    element = "pre" if is_block else "code"
    return f'<{element} class="tex">{html.escape(tex.strip())}</{element}>'


def formulas_in(latex: str) -> str:
    """LaTeX as an output gives it, its formulas set and the text between them as it is."""
    made, end = [], 0
    for found in DELIMITED.finditer(latex):
        made.append(html.escape(latex[end : found.start()]))
        inline = found["inline"] or found["dollar"]
        tex = found["block"] or found["bracket"] or inline or found["environment"]
        # Outputs are paragraphs of their own, also where their formula is written as one within a line.
        alone = not (latex[: found.start()].strip() or latex[found.end() :].strip())
        tex = tex.strip().removeprefix("\\displaystyle")
        made.append(formula(tex, is_block=alone or not inline))
        end = found.end()
    return "".join([*made, html.escape(latex[end:])])


def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)
