"""The notebooks that become pages: a lesson as released, with the outputs of the instructor's own cells."""

from __future__ import annotations

import hashlib
import html
import json
import posixpath
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from grader.errors import CourseError

WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = {"image/png": "png", "image/jpeg": "jpg"}
PICTURE_FOLDER = "pictures"
SECRET = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END (?:SOLUTION|HIDDEN TESTS)", re.DOTALL)
# A shorter line of a solution is in many places by chance.
LONG_ENOUGH = 25
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^()\s#:]+\.ipynb)(?P<anchor>#[^()\s]*)?\)")
# They tell of a student's own notebooks.
OF_STUDENTS = re.compile(r"^(?:ready_to_hand_in|show_progress)\(", re.MULTILINE)
ONLY_IN_NOTEBOOK = '<p class="only-in-notebook">In the notebook, this cell has controls to play with.</p>'


@dataclass
class Pages:
    """What becomes pages: notebooks by the names of their pages, and the pictures in them by path."""

    notebooks: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


# The HTML that a page has in place of what a code cell gives, or None where it has nothing better.
Instead = Callable[[str], str | None]


def page_name(path: str) -> str:
    """The page that a released notebook becomes. path: below the folder of released lessons."""
    folder, name = posixpath.split(path.removesuffix(".ipynb"))
    return name if folder in ("", name) else f"{folder.replace('/', '_')}_{name}"


def add_page(
    pages: Pages,
    path: str,
    released: NotebookNode,
    instructors: NotebookNode | None,
    linked: Mapping[str, bool],
    instead: Instead = lambda _: None,
) -> None:
    """Make a page of a released notebook.

    path: the notebook's, below the folder of released lessons. instructors: the one with outputs, if there is
    one. linked: the paths that links may lead to, and whether each is a page of this book; a link to a lesson
    that is left out becomes plain text. Raises CourseError where an output shows a line of a solution.
    """
    ran = {cell.id: cell for cell in instructors.cells} if instructors is not None else {}
    secret = set(secret_lines(instructors)) if instructors is not None else set()
    cells = []
    for cell in released.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code":
            made = nbformat.v4.new_markdown_cell(_with_links(cell.source, path, linked), id=cell.id)
        else:
            made = nbformat.v4.new_code_cell(cell.source, id=cell.id)
            if marks:
                # What an answer or a check gives is for the student to find out.
                made.metadata.tags = ["answer" if marks.get("solution") else "check"]
            elif _is_shown_with_outputs(cell, ran.get(cell.id)):
                made.outputs = list(_outputs(ran[cell.id], pages.pictures, instead(cell.source)))
                _refuse_secrets(path, made, secret)
        cells.append(made)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    pages.notebooks[page_name(path)] = nbformat.writes(notebook).encode()


def _is_shown_with_outputs(released: NotebookNode, ran: NotebookNode | None) -> bool:
    return ran is not None and ran.source == released.source and not OF_STUDENTS.search(released.source)


def picture_html(path: str, content: bytes, alt: str) -> str:
    """A picture on a page. content: a PNG, whose size the page has to know before it is loaded."""
    size = ""
    if content.startswith(b"\x89PNG"):
        width, height = (int.from_bytes(content[start : start + 4]) for start in (16, 20))
        size = f' width="{width}" height="{height}"'
    return f'<img class="picture" src="{html.escape(path)}" alt="{html.escape(alt)}"{size}>'


def secret_lines(instructors: NotebookNode) -> Iterator[str]:
    """The lines of an instructor's notebook that are only in solutions and hidden tests."""
    shown = "\n".join(SECRET.sub("", cell.source) for cell in instructors.cells)
    for cell in instructors.cells:
        for block in SECRET.findall(cell.source):
            for line in map(str.strip, block.splitlines()):
                if len(line) >= LONG_ENOUGH and line not in shown:
                    yield line


def _refuse_secrets(path: str, cell: NotebookNode, secret: set[str]) -> None:
    told = json.dumps(cell.outputs, ensure_ascii=False)
    plain = html.unescape(told)
    for line in secret:
        if json.dumps(line, ensure_ascii=False)[1:-1] in plain:
            first = cell.source.strip().partition("\n")[0]
            raise CourseError(
                f"{path}: the output of the cell that starts with {first!r} shows a line of a solution or "
                f"of a hidden test: {line!r}. Change that cell, then build and release the lesson."
            )


def _outputs(cell: NotebookNode, pictures: dict[str, bytes], instead: str | None) -> Iterator[NotebookNode]:
    """What a page shows below a cell that ran; new pictures are added to the others."""
    if instead is not None:
        yield _html(instead)
        return
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            yield nbformat.v4.new_output("stream", name="stdout", text=output.text)
        elif output.output_type == "error":
            # Its frames quote code, of solutions as well.
            text = f"{output.ename}: {output.evalue}\n"
            yield nbformat.v4.new_output("stream", name="stdout", text=text)
        elif "data" in output:
            yield _shown(output, pictures)


def _shown(output: NotebookNode, pictures: dict[str, bytes]) -> NotebookNode:
    if WIDGET in output.data:
        return _html(ONLY_IN_NOTEBOOK)
    for kind, ending in PICTURES.items():
        if kind in output.data:
            content = b64decode(output.data[kind])
            path = f"{PICTURE_FOLDER}/{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
            pictures[path] = content
            about = output.metadata.get(kind, {})
            alt = about.get("alt") if isinstance(about, Mapping) else None
            return _html(picture_html(path, content, alt or "What the cell above draws."))
    data = {kind: output.data[kind] for kind in ("text/html", "text/plain") if kind in output.data}
    return _data(data)


def _html(text: str) -> NotebookNode:
    return _data({"text/html": text})


def _data(data: dict[str, str]) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_output("display_data", data=data)
    return made


def _with_links(text: str, path: str, linked: Mapping[str, bool]) -> str:
    """Text whose links to other notebooks lead to their pages, which all lie in one folder."""

    def to_page(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"]))
        if target not in linked:
            return found[0]  # Sphinx says what is wrong with it.
        if not linked[target]:
            return found["text"]
        return f"[{found['text']}]({page_name(target)}.ipynb{found['anchor'] or ''})"

    return LINK.sub(to_page, text)
