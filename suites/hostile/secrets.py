"""Secrets that lie where attackers look for them, and the search for what became of them."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.classroom.course import Course

# The one classmate who has something to hide.
NEIGHBOUR = "zoe"
VARIABLE = "COURSE_SECRET"
# Of files of terabytes, which attackers make, the beginning is enough.
MOST_BYTES = 50 * 1024**2


@dataclass(frozen=True)
class Secret:
    """A text that nobody can guess. place: where it lies. owner: the student who may see it, "" if none may."""

    place: str
    text: str
    owner: str = ""

    @property
    def forms(self) -> list[bytes]:
        """What it may look like where somebody has carried it."""
        text = self.text.encode()
        hexadecimal = text.hex().encode()
        return [
            text,
            text[::-1],
            hexadecimal,
            hexadecimal.upper(),
            *_in_base64(text),
            *_in_base64(_wide(text)),
        ]

    def is_in(self, content: bytes) -> bool:
        """Whether it is in there, in any form."""
        return any(form in content for form in self.forms)


def _narrow(content: bytes) -> bytes:
    """Without the zero bytes of UTF-16, which are escapes in JSON."""
    for zero in (b"\0", b"\\u0000", b"\\x00"):
        content = content.replace(zero, b"")
    return content


def _wide(text: bytes) -> bytes:
    return text.decode().encode("utf-16-le")


def _in_base64(content: bytes) -> Iterator[bytes]:
    """What content looks like in base64, wherever in a group of three bytes it begins, without its edges."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content)
        yield encoded[4 if before else 0 : -4]


def plant(root: Path, course: Course, lesson: str) -> list[Secret]:
    """Put secrets into the course, and into what lies around it in a folder."""
    planted: list[Secret] = []

    def secret(place: str, owner: str = "") -> str:
        planted.append(Secret(place, f"secret-{secrets.token_hex(16)}", owner))
        return planted[-1].text

    with course.api.gradebook as gradebook:
        gradebook.update_or_create_student("absent", last_name=secret("gradebook"))
    _plant_in_source(course, lesson, secret("solution"), secret("instructor's notes"))
    (root / "exam.txt").write_text(secret("beside the course"), encoding="utf-8")
    for name in (".ssh/id_rsa", ".netrc", ".jupyter/jupyter_server_config.json", ".git-credentials"):
        path = root / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secret(f"~/{name}"), encoding="utf-8")
    neighbours = course.submitted / NEIGHBOUR / lesson
    (neighbours / "notes.txt").write_text(secret("neighbour's notes", NEIGHBOUR), encoding="utf-8")
    path = neighbours / f"{lesson}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(secret("neighbour's notebook", NEIGHBOUR)))
    nbformat.write(notebook, path)
    secret(VARIABLE)
    return planted


def _plant_in_source(course: Course, lesson: str, in_notebook: str, in_notes: str) -> None:
    """Into the instructor's notebook without a change to what was built: into the output of a solution."""
    path = course.source / lesson / f"{lesson}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    solution = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    solution.outputs = [nbformat.v4.new_output("stream", text=in_notebook)]
    nbformat.write(notebook, path)
    (path.parent / "notes.py").write_text(f"# {in_notes}\n", encoding="utf-8")


def environment_of(planted: Iterable[Secret]) -> dict[str, str]:
    """The part of the secrets that the grader has in its environment."""
    return {each.place: each.text for each in planted if each.place == VARIABLE}


def shown(course: Course, planted: Iterable[Secret]) -> dict[str, set[str]]:
    """What became of secrets: by file that is not their owner's, the places that they were planted in."""
    found: dict[str, set[str]] = {}
    planted = list(planted)
    for path, content in _written(course).items():
        parts = path.relative_to(course.root).with_suffix("").parts
        places = {each.place for each in planted if each.owner not in parts and each.is_in(content)}
        if places:
            found[path.relative_to(course.root).as_posix()] = places
    return found


def _written(course: Course) -> Mapping[Path, bytes]:
    """What students may get to see: by path, but what the grader keeps for itself; of UTF-16 the letters."""
    found = {}
    for folder in (course.autograded, course.feedback, course.reports):
        for path in folder.rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                with path.open("rb") as file:
                    found[path] = os.fsencode(path) + b"\n" + _narrow(file.read(MOST_BYTES))
    return found
