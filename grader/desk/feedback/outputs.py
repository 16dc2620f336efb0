"""What a cell printed and drew, as HTML that is safe in a page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from nbconvert.filters.ansi import ansi2html

from grader.desk.feedback.machine import Machine
from grader.desk.harmless.drawings import drawing
from grader.desk.harmless.formulas import formulas_in
from grader.desk.harmless.prose import prose
from grader.desk.harmless.sanitiser import PICTURES, TAGS, clean_html, picture
from grader.executor.outputs import plain

LONGEST = 100_000
LONGEST_LATEX = 20_000
# Longer texts are folded.
MOST_LINES, MOST_LINES_OF_ERROR, MOST_SIGNS = 40, 12, 4_000
LONGEST_ERROR = 1_000
CUT = "\n… (the rest is left out)"
# Signs that steer a terminal, but for colours.
COMMANDS = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
ESCAPES_LEFT = re.compile("\x1b.?")
# What shows something though it holds no text.
SHOWS = re.compile(r"<(?:img [^>]*src=|hr|table)")
COLOURED = re.compile(r"(?:background(?:-color|-image)?|[^-]color):")
WIDGET = "application/vnd.jupyter.widget-view+json"
LARGEST_SIZE = 10_000


def shown(output: Mapping[str, Any], scope: str, machine: Machine) -> str:
    """One output; "" where nothing of it can be shown. scope: the id of the element that it is put into."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return _text(_joined(output.get("text")), machine, name)
    if kind == "error":
        return _error(output, machine)
    data, metadata = output.get("data") or {}, output.get("metadata") or {}
    for mime, show in RICH.items():
        if mime in data:
            made = show(data[mime], scope, machine)
            if made:
                return made
    if "image/svg+xml" in data:
        address = drawing(machine.forget(_joined(data["image/svg+xml"])))
        if address:
            return _image(address, metadata, "image/svg+xml", machine)
    for mime in PICTURES:
        address = picture(mime, _joined(data[mime])) if mime in data else None
        if address:
            return _image(address, metadata, mime, machine)
    return _fallback(data, machine)


def _error(output: Mapping[str, Any], machine: Machine) -> str:
    """The error, folded below its last line where it is long."""
    made = _text("\n".join(map(str, output.get("traceback") or ())), machine, "problem")
    if not made.startswith("<details"):
        return made
    said = f"{output.get('ename', '')}: {output.get('evalue', '')}"[:LONGEST_ERROR]
    return _text(said, machine, "problem") + made


def _fallback(data: Mapping[str, Any], machine: Machine) -> str:
    if "text/latex" in data:
        return _html_without_machine(
            formulas_in(_joined(data["text/latex"])[:LONGEST_LATEX]), "formula", machine
        )
    said = _text(_joined(data["text/plain"]), machine, "stdout") if "text/plain" in data else ""
    if WIDGET in data:
        return f'{said}<p class="note">A widget stood here. It works only in the notebook.</p>'
    if "application/json" in data and not said:
        return _text(json.dumps(data["application/json"], indent=1, ensure_ascii=False), machine, "stdout")
    if not said and data:
        return '<p class="note">Something stood here that works only in the notebook.</p>'
    return said


def _html(content: Any, scope: str, machine: Machine) -> str:
    cleaned = clean_html(_joined(content), scope)
    text = re.sub(r"<style>.*?</style>|<[^>]*>", "", cleaned, flags=re.DOTALL)
    if not (text.strip() or SHOWS.search(cleaned)):
        return ""
    return _html_without_machine(cleaned, "rich paper" if COLOURED.search(cleaned) else "rich", machine)


def _markdown(content: Any, scope: str, machine: Machine) -> str:
    return _html_without_machine(prose(_joined(content), scope), "rich prose", machine)


# In the order of JupyterLab, without what runs. A picture is preferred to nothing but text.
RICH = {"text/html": _html, "text/markdown": _markdown}
assert "script" not in TAGS


def _html_without_machine(markup: str, kind: str, machine: Machine) -> str:
    kept, text = machine.forget_in_html(markup)
    return f'<div class="{kind}">{kept}</div>' if kept else _text(text, machine, "stdout")


def _text(text: str, machine: Machine, kind: str) -> str:
    text = _overwritten(COMMANDS.sub("", text))
    if len(text) > LONGEST:
        text = text[:LONGEST] + CUT
    if not text.strip():
        return ""
    told = machine.forget(text)
    if machine.forget(plain(told)) != plain(told):
        # A path in several colours.
        told = machine.forget(plain(told))
    made = f'<pre class="{kind}">{ESCAPES_LEFT.sub("", ansi2html(told))}</pre>'
    lines = told.count("\n") + 1
    if lines <= (MOST_LINES_OF_ERROR if kind == "problem" else MOST_LINES) and len(told) <= MOST_SIGNS:
        return made
    what = "The whole error" if kind == "problem" else "The whole output"
    return f'<details class="long"><summary>{what} ({lines:,} lines)</summary>{made}</details>'


def _overwritten(text: str) -> str:
    """Lines as they look at the end where a progress bar has written over itself."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(lines)


def _image(address: str, metadata: Mapping[str, Any], mime: str, machine: Machine) -> str:
    own = metadata.get(mime)
    said: Mapping[str, Any] = {**metadata, **(own if isinstance(own, Mapping) else {})}
    alt = said.get("alt")
    size = "".join(
        f' {side}="{said[side]}"'
        for side in ("width", "height")
        if isinstance(said.get(side), int) and 0 < said[side] < LARGEST_SIZE
    )
    described = html.escape(machine.forget(alt)) if isinstance(alt, str) and alt else "A picture"
    return f'<img class="picture" src="{address}" alt="{described}"{size}>'


def _joined(content: Any) -> str:
    return content if isinstance(content, str) else "".join(map(str, content or ()))
