"""The steps by which an honest notebook becomes an odd one: first those on its cells, then those on its file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]


def take(path: Path, notebook: Notebook, steps: Iterable[Mapping[str, Any]]) -> None:
    """Take steps, each a table with its name under `do`, and write the notebook where they leave it."""
    written = False
    for step in steps:
        options = {key: value for key, value in step.items() if key != "do"}
        if step["do"] in ON_CELLS:
            assert not written, f"{step['do']} comes too late: the file is written"
            ON_CELLS[step["do"]](notebook, **options)
            continue
        if not written:
            _write(path, notebook)
            written = True
        path = ON_FILE[step["do"]](path, **options) or path
    if not written:
        _write(path, notebook)


def _write(path: Path, notebook: Notebook) -> None:
    path.write_bytes(json.dumps(notebook, indent=1, ensure_ascii=False).encode())


def _place(notebook: Notebook, name: str) -> int:
    """Where the cell with a name or id is; the last one of several."""
    places = [
        place
        for place, cell in enumerate(notebook["cells"])
        if name in (cell.get("id"), cell["metadata"].get("nbgrader", {}).get("grade_id"))
    ]
    return places[-1]


def _made(source: str, kind: str, number: int) -> Cell:
    made: Cell = {"cell_type": kind, "id": f"added-{number}", "metadata": {}, "source": source.strip("\n")}
    if kind == "code":
        made.update(outputs=[], execution_count=None)
    return made


# ------------------------------------------------------------------------------------------- on cells


def delete(notebook: Notebook, cells: Sequence[str]) -> None:
    for name in cells:
        del notebook["cells"][_place(notebook, name)]


def keep(notebook: Notebook, cells: Sequence[str]) -> None:
    notebook["cells"] = [notebook["cells"][_place(notebook, name)] for name in cells]


def write(notebook: Notebook, cell: str, source: str) -> None:
    notebook["cells"][_place(notebook, cell)]["source"] = source.strip("\n")


def add(notebook: Notebook, source: str, after: str = "", before: str = "", kind: str = "code") -> None:
    place = _place(notebook, before) if before else _place(notebook, after) + 1 if after else 0
    notebook["cells"].insert(place, _made(source, kind, len(notebook["cells"])))


def add_after_each(notebook: Notebook, source: str) -> None:
    notebook["cells"] = [
        each
        for number, cell in enumerate(notebook["cells"])
        for each in (cell, _made(source, "code", number))
    ]


def move(notebook: Notebook, cell: str, after: str) -> None:
    moved = notebook["cells"].pop(_place(notebook, cell))
    notebook["cells"].insert(_place(notebook, after) + 1, moved)


def copy(notebook: Notebook, cell: str, source: str | None = None) -> None:
    """Copy a cell, as the copy-and-paste of an editor does: below itself, with its metadata."""
    place = _place(notebook, cell)
    made = deepcopy(notebook["cells"][place])
    made["id"] = f"{cell}-copy"
    made["source"] = made["source"] if source is None else source.strip("\n")
    notebook["cells"].insert(place + 1, made)


def turn(notebook: Notebook, cell: str, into: str) -> None:
    turned = notebook["cells"][_place(notebook, cell)]
    turned["cell_type"] = into
    turned.pop("outputs", None)
    turned.pop("execution_count", None)
    if into == "code":
        turned.update(outputs=[], execution_count=None)


def replace(notebook: Notebook, old: str, new: str, cells: Sequence[str] = ()) -> None:
    """Replace a text in these cells, in all when none is named."""
    places = [_place(notebook, name) for name in cells] or range(len(notebook["cells"]))
    for place in places:
        cell = notebook["cells"][place]
        cell["source"] = cell["source"].replace(old, new)


def drop(notebook: Notebook, keys: Sequence[str]) -> None:
    """Drop what each cell has under these keys; `nbgrader` and `metadata` mean all metadata."""
    for cell in notebook["cells"]:
        for key in keys:
            cell.pop(key, None)
        if "metadata" in keys:
            cell["metadata"] = {}
        elif "nbgrader" in keys:
            cell["metadata"].pop("nbgrader", None)


def renew_ids(notebook: Notebook, pattern: str) -> None:
    """Give each cell another id, made from its number."""
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = pattern.format(number)


def ids_into_metadata(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")


def note(
    notebook: Notebook, cells: Mapping[str, Any] | None = None, whole: Mapping[str, Any] | None = None
) -> None:
    """Write into the metadata of all cells and of the notebook, as hosts do."""
    for cell in notebook["cells"]:
        cell["metadata"].update(deepcopy(cells or {}))
    notebook["metadata"].update(deepcopy(whole or {}))


def set_in_code(notebook: Notebook, values: Mapping[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(deepcopy(values))


def lines(notebook: Notebook) -> None:
    """Write sources as lists of lines."""
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


def format_4_0(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 0
    for cell in notebook["cells"]:
        cell.pop("id", None)


def format_3(notebook: Notebook) -> None:
    format_4_0(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(input=cell.pop("source"), prompt_number=None, language="python", collapsed=False)
            del cell["execution_count"]
    notebook.update(nbformat=3, worksheets=[{"cells": notebook.pop("cells"), "metadata": {}}])


ON_CELLS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (
        delete, keep, write, add, add_after_each, move, copy, turn, replace, drop, renew_ids,
        ids_into_metadata, note, set_in_code, lines, format_4_0, format_3,
    )
}  # fmt: skip

# -------------------------------------------------------------------------------------------- on the file


def encode(path: Path, encoding: str) -> None:
    path.write_bytes(path.read_bytes().decode().encode(encoding))


def replace_bytes(path: Path, old: str, new: str) -> None:
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def append(path: Path, text: str) -> None:
    path.write_bytes(path.read_bytes() + text.encode())


def cut(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])


def contain(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def rename(path: Path, to: str) -> Path:
    return path.rename(path.with_name(to))


def copy_file(path: Path, to: str) -> None:
    path.with_name(to).write_bytes(path.read_bytes())


def hand_in_beside(path: Path, name: str, text: str) -> None:
    beside = path.parent / name
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(text, encoding="utf-8")


ON_FILE: dict[str, Callable[..., Path | None]] = {
    step.__name__: step
    for step in (encode, replace_bytes, append, cut, contain, rename, copy_file, hand_in_beside)
}
