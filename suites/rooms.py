"""The page about the rooms of this project, made from its imports.

python -m suites.rooms

It writes docs/rooms.md; a test holds the page to the imports.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping

import grimp

from suites.places import DOCS

PAGE = DOCS / "rooms.md"
# What is installed with the course, and what proves it.
INSTALLED, PROVING = ("helpers", "grader"), ("suites", "tests", "benchmarks")
PACKAGES = INSTALLED + PROVING
# Modules of grader that several rooms need. Each does one small thing.
SHARED = ("atomic", "errors", "limits", "quiet", "sentences")
SHARED_ROOM = "grader, shared"
HEAD = """\
# The rooms and who imports whom

Each package of this project is a room, and so is each folder of `grader`. An arrow means "imports". To keep the
picture readable it leaves out arrows that a longer way shows as well; the table has all of them.
import-linter holds the rules, in `pyproject.toml`, whenever `make test` or `make lint` runs: imports go one way,
`helpers` knows nothing of the rest, only tests import the commands, and only the commands print.

`suites` is for what both `tests` and `benchmarks` need, which do not import each other: answers, forgeries,
attacks and odd notebooks as data with their loaders, small lessons, and what was measured of all that. Packages
of others are listed for what is installed with the course. Made by `python -m suites.rooms`; a test holds this
page to the imports.
"""

Graph = Mapping[str, frozenset[str]]


def imports() -> tuple[Graph, Graph]:
    """For each room the rooms that it imports, and the packages of others."""
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    rooms: dict[str, set[str]] = {}
    packages: dict[str, set[str]] = {}
    for module in sorted(graph.modules):
        if module.partition(".")[0] not in PACKAGES:
            continue
        room = room_of(module)
        rooms.setdefault(room, set())
        packages.setdefault(room, set())
        for imported in graph.find_modules_directly_imported_by(module):
            if imported.partition(".")[0] in PACKAGES:
                rooms[room].add(room_of(imported))
            elif module.startswith(INSTALLED) and imported not in sys.stdlib_module_names:
                packages[room].add(imported)
    return (
        {room: frozenset(imported - {room}) for room, imported in rooms.items()},
        {room: frozenset(imported) for room, imported in packages.items()},
    )


def room_of(module: str) -> str:
    """The room that a module lives in."""
    package, *below = module.split(".")
    if package != "grader" or not below:
        return package
    return SHARED_ROOM if below[0] in SHARED else f"grader.{below[0]}"


def without_detours(rooms: Graph) -> Graph:
    """The same without each import that a longer way shows as well."""
    reached: dict[str, frozenset[str]] = {}

    def below(room: str) -> frozenset[str]:
        if room not in reached:
            reached[room] = rooms[room].union(*map(below, rooms[room]))
        return reached[room]

    return {
        room: frozenset(each for each in imported if not any(each in below(other) for other in imported))
        for room, imported in rooms.items()
    }


def purpose(room: str) -> str:
    """What lives in a room, in the words of its docstring's first line."""
    if room == SHARED_ROOM:
        return f"{', '.join(f'`{each}`' for each in SHARED)}: small modules that several rooms need"
    return (importlib.import_module(room).__doc__ or "").strip().partition("\n")[0]


def page() -> str:
    """The page of docs/."""
    rooms, packages = imports()
    ids = {room: room.replace(".", "_").replace(", ", "_") for room in rooms}
    arrows = [
        f"    {ids[room]} --> {ids[each]}"
        for room, imported in without_detours(rooms).items()
        for each in sorted(imported)
    ]
    picture = ["```mermaid", "graph TD", *(f'    {ids[room]}["{room}"]' for room in rooms), *arrows, "```"]
    rows = [
        f"| `{room}` | {purpose(room)} | {_listed(rooms[room])} | {_listed(packages[room])} |"
        for room in rooms
    ]
    table = ["| room | what it holds | imports | other packages |", "|---|---|---|---|", *rows]
    return "\n".join([HEAD, *picture, "", *table, ""])


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "–"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
