"""The guide for students as a page that every browser opens, offline: a click does not show Markdown."""

from __future__ import annotations

import html
import re
from pathlib import Path

from markdown_it import MarkdownIt

TEMPLATE = Path(__file__).parent / "template" / "start.html.txt"


def start_page(text: str) -> str:
    """A guide in Markdown as one page of HTML that loads nothing. Its first heading is the title."""
    heading = re.search(r"^# (.*)", text, re.MULTILINE)
    page = TEMPLATE.read_text(encoding="utf-8")
    page = page.replace("<title></title>", f"<title>{html.escape(heading[1] if heading else '')}</title>")
    body = MarkdownIt("commonmark").enable("table").render(text)
    # A wide table scrolls by itself, with the keyboard as well; the page does not.
    body = body.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return page.replace("<main></main>", f"<main>\n{body}</main>")
