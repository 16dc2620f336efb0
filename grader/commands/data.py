"""`course data`: what is found where, and a download of what is missing."""

from __future__ import annotations

from rich.table import Table

from grader.commands import display
from helpers.data import DATASETS, DownloadError, fetch, locate


def show_and_fetch(*, fetch_missing: bool) -> bool:
    """Show a table of the data sets; download what is only a stand-in. Returns whether all are real now."""
    if fetch_missing:
        for name in DATASETS:
            if not locate(name).real:
                try:
                    fetch(name)
                except DownloadError as error:
                    display.problem(f"{error} Try again with a network, or name a folder in COURSE_DATA.")
    table = Table(title="Data")
    for heading in ("data set", "source", "place"):
        table.add_column(heading, overflow="fold")
    origins = [locate(name) for name in DATASETS]
    for origin in origins:
        table.add_row(origin.dataset, origin.kind, origin.place or "made by the course")
    display.console.print(table)
    return all(origin.real for origin in origins)
