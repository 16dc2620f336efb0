"""The pictures that texts of a notebook name: files beside the lesson, and attachments of cells."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from grader.desk.harmless.sanitiser import PICTURES, picture

KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


def pictures_beside(found: Mapping[str, bytes]) -> dict[str, str]:
    """The data: addresses of a lesson's picture files, by their relative paths."""
    made = {}
    for name, content in found.items():
        mime = KINDS.get(name.rpartition(".")[2].lower())
        address = picture(mime, b64encode(content).decode("ascii")) if mime else None
        if address:
            made[name] = address
    return made


def attached(cell: NotebookNode) -> dict[str, str]:
    """The pictures that a cell brings along, by the addresses under which its text names them."""
    found = {}
    attachments: Any = cell.get("attachments")
    for name, bundle in attachments.items() if isinstance(attachments, Mapping) else ():
        for mime in PICTURES:
            content = bundle.get(mime) if isinstance(bundle, Mapping) else None
            address = picture(mime, content) if isinstance(content, str) else None
            if address:
                found[f"attachment:{name}"] = address
    return found
