"""Put a book together: pages of lessons, explorers, the front page, and the zip that students take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.authoring.book.explorers import FOLDER, Drawn, drawn, explorer_html, explorer_in
from grader.authoring.book.front_page import front_page, start_text
from grader.authoring.book.pages import Pages, add_page, page_name
from grader.authoring.book.site import make_site
from grader.authoring.bundle import AS_IT_IS, NOTEBOOKS, START
from grader.classroom.course import Course
from grader.errors import CourseError

# In a course's folder: what was made before, so that only what changed is made again.
KEPT = ".book"
FRONT, GUIDE = "index.md", "start.md"


def draw_explorers(
    course: Course, lessons: Sequence[str], on_frame: Callable[[int, int], object] = lambda *_: None
) -> dict[str, Drawn]:
    """Draw the explorers that lessons show, or take those drawn before. Raises CourseError."""
    made: dict[str, Drawn] = {}
    for lesson in lessons:
        for notebook in map(_read, course.notebooks(lesson)):
            for cell in notebook.cells:
                name = explorer_in(cell.source) if cell.cell_type == "code" else None
                if name and name not in made:
                    made[name] = drawn(name, notebook, course.root / KEPT / FOLDER, on_frame)
    return made


def make_book(
    course: Course,
    files: Mapping[str, bytes],
    package: tuple[str, bytes],
    explorers: Mapping[str, Drawn],
    on_page: Callable[[int, str], object] = lambda *_: None,
) -> dict[str, bytes]:
    """Make the files of a site, by path.

    files: what students get, as `student_files` gives it: whatever is in no file of it is not on the site.
    package: name and content of the zip of them. on_page: see make_site. Raises CourseError.
    """
    released = {
        path.removeprefix(f"{NOTEBOOKS}/"): content
        for path, content in files.items()
        if path.startswith(f"{NOTEBOOKS}/") and path.endswith(".ipynb")
    }
    everywhere = [f"{lesson}/{path.name}" for lesson in course.lessons for path in _notebooks(course, lesson)]
    linked = {**dict.fromkeys(everywhere, False), **dict.fromkeys(released, True)}

    def instead(source: str) -> str | None:
        name = explorer_in(source)
        return explorer_html(explorers[name]) if name and name in explorers else None

    pages = Pages()
    for path, content in sorted(released.items()):
        source = course.source / path
        notebook = nbformat.reads(content.decode(), as_version=4)
        add_page(pages, path, notebook, _read(source) if source.is_file() else None, linked, instead)
    lessons = {page_name(path): released[path] for path in sorted(released) if "/" in path}
    others = [page_name(path) for path in sorted(released) if "/" not in path]
    name, zipped = package
    sources = {f"{page}.ipynb": content for page, content in pages.notebooks.items()}
    sources[FRONT] = front_page(course.title, lessons, others, name, len(zipped)).encode()
    sources[GUIDE] = start_text(_guide(course), name).encode()
    site = make_site(course.root / KEPT, course.title, sources, on_page)
    frames = {f"{FOLDER}/{file}": it for each in explorers.values() for file, it in each.pictures.items()}
    # Without the last one, GitHub's pages leave out what starts with an underscore.
    return {**site, **pages.pictures, **frames, name: zipped, ".nojekyll": b""}


def _guide(course: Course) -> str:
    path = course.root / AS_IT_IS / START
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read: {error.strerror}. It says how students start, and is a page of the book."
        ) from None


def _notebooks(course: Course, lesson: str) -> list[Path]:
    return sorted((course.source / lesson).glob("*.ipynb"))


def _read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook
