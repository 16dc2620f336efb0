"""The site: Sphinx makes pages of what it is given, and writes again only what changed."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.atomic import write_bytes
from grader.errors import CourseError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NEEDED = {"sphinx": "sphinx", "myst_nb": "myst-nb", "sphinx_book_theme": "sphinx-book-theme"}
STATIC = Path(__file__).with_name("static")
# What Sphinx makes besides the pages that it was given.
ALSO_MADE = ("search.html", "searchindex.js")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

SETTINGS: dict[str, Any] = {
    "extensions": ["myst_nb", "grader.authoring.book.formulas"],
    "language": "en",
    # Given here, as the theme adds to it: Sphinx's own empty list would keep that for the next site.
    "templates_path": [],
    "html_theme": "sphinx_book_theme",
    "html_math_renderer": "mathml",
    "html_static_path": [str(STATIC)],
    "html_css_files": ["book.css"],
    "html_js_files": ["explorers.js"],
    # The site is for reading: no sources, and no lists of Python's names.
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_use_index": False,
    "html_domain_indices": False,
    "html_show_copyright": False,
    "html_show_sphinx": False,
    # Summaries are loaded from the pages, which no browser does from files.
    "html_show_search_summary": False,
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "home_page_in_toc": True,
        "navigation_with_keys": False,
        "navbar_persistent": [],
        "footer_content_items": [],
        "pygments_light_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    },
    "highlight_language": "none",
    "nb_execution_mode": "off",
    "nb_merge_streams": True,
    "nb_ipywidgets_js": {},
    "myst_enable_extensions": ["amsmath", "dollarmath"],
    "myst_heading_anchors": 6,
    "myst_heading_slug_func": "grader.authoring.book.site.anchor",
}


def anchor(heading: str) -> str:
    """What links to a heading say after the #, as in JupyterLab."""
    return heading.replace(" ", "-")


def refuse_without_sphinx() -> None:
    """Raise CourseError where the packages that make the site are missing."""
    missing = [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise CourseError(
            f"The book needs {', '.join(missing)}. In the project's folder run: pip install -e '.[book]'"
        )


def make_site(
    folder: Path,
    title: str,
    pages: Mapping[str, bytes],
    on_page: Callable[[int, str], object] = lambda *_: None,
) -> dict[str, bytes]:
    """Make the files of a site, by path.

    folder: where Sphinx keeps what it made, so that it makes only what changed. pages: their sources, by
    name, which ends with .md or .ipynb; one is index.md. on_page: called with the number of pages done and
    the name of the next one, twice for each page that changed: when it is read and when it is written. Raises
    CourseError with the first warning, such as a link that leads nowhere.
    """
    refuse_without_sphinx()
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    sources, site = folder / "pages", folder / "site"
    write_changed(sources, pages)
    warnings = io.StringIO()
    # Each page names its style and lists all pages: where these change, all are written again.
    settings = {
        "project": title,
        "html_title": title,
        "html_context": {"style": _style(), "contents": pages["index.md"].decode()},
    }
    with _own_loggers(), patch_docutils(str(sources)), docutils_namespace():
        app = _application(sources, site, folder / "doctrees", settings, warnings)
        _tell_of_pages(app, on_page)
        app.build()
    _refuse_warnings(COLOURS.sub("", warnings.getvalue()), sources)
    names = {f"{Path(name).stem}.html" for name in pages}.union(ALSO_MADE)
    # A page that is no longer part of the book may lie there still.
    made = {path.relative_to(site): path for path in site.rglob("*") if path.is_file()}
    return {
        path.as_posix(): full.read_bytes()
        for path, full in made.items()
        if path.parts[0] == "_static" or path.as_posix() in names
    }


def _application(
    sources: Path, site: Path, doctrees: Path, settings: Mapping[str, Any], warnings: io.StringIO
) -> Sphinx:
    from sphinx.application import Sphinx

    # Sphinx and the theme change what they are given.
    overrides = {**deepcopy(SETTINGS), **settings}
    return Sphinx(
        sources, None, site, doctrees, "html", confoverrides=overrides, status=None, warning=warnings
    )


def _tell_of_pages(app: Sphinx, on_page: Callable[[int, str], object]) -> None:
    """Call `on_page` for each page that is read, and for each that is written."""
    numbers = count()

    def on_written(_app: Sphinx, name: str, _template: str, _context: Any, doctree: Any) -> None:
        # The page for searching has no text of its own.
        if doctree:
            on_page(next(numbers), name)

    app.connect("source-read", lambda _app, name, _source: on_page(next(numbers), name))
    app.connect("html-page-context", on_written)


@contextmanager
def _own_loggers() -> Iterator[None]:
    """Give loggers back the handlers that they had: Sphinx leaves its own there."""
    handlers = {name: logging.getLogger(name).handlers[:] for name in ("sphinx", "myst_nb")}
    try:
        yield
    finally:
        for name, before in handlers.items():
            logging.getLogger(name).handlers[:] = before


def write_changed(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold these files and no others; one that is the same already stays untouched."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files and path.is_file():
            path.unlink()
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            write_bytes(path, content)


def _style() -> str:
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.sha256(content).hexdigest()


def _refuse_warnings(told: str, sources: Path) -> None:
    lines = [line.replace(f"{sources}/", "") for line in told.splitlines() if line.strip()]
    if lines:
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        raise CourseError(f"The book was not written: {lines[0]}{more}")
