"""A part of Sphinx that sets formulas without scripts: TeX becomes MathML, which browsers draw."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

NAME = "mathml"
log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx know this way to set formulas."""
    app.add_html_math_renderer(NAME, (_inline, None), (_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _inline(page: HTML5Translator, node: nodes.math) -> None:
    page.body.append(_mathml(node, is_block=False))
    raise nodes.SkipNode


def _block(page: HTML5Translator, node: nodes.math_block) -> None:
    # A wide formula scrolls by itself, with the keyboard as well; the page does not.
    label = 'role="group" aria-label="Formula" tabindex="0"'
    page.body.append(f'<div class="formula" {label}>{_mathml(node, is_block=True)}</div>\n')
    raise nodes.SkipNode


def _mathml(node: nodes.Element, *, is_block: bool) -> str:
    tex = node.astext().strip()
    try:
        return LatexToMathML(fancy_error=False).convert_with_local_state(tex, displaystyle=is_block)
    except LatexError as error:
        log.warning("the formula %s is not understood: %s", tex, error, location=node)
        return f"<code>{html.escape(tex)}</code>"
