"""Note what the checks say in a student's own kernel."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.desk.session import FRESH_RUN, kernel_shell, notebook_of_session

if TYPE_CHECKING:
    from helpers.desk.results import Result


class Watch:
    """What ran in this kernel. sources: of each cell, by its id, as it ran last. results: by exercise."""

    def __init__(self) -> None:  # noqa: D107
        self.sources: dict[str, str] = {}
        self.results: dict[str, Result] = {}

    def note(self, ran: Any) -> None:
        """Note a cell that has just run. Raises nothing: a student's work goes on whatever happens here."""
        try:
            self._note(ran)
        except Exception:
            return

    def _note(self, ran: Any) -> None:
        source = ran.info.raw_cell
        if getattr(ran.info, "cell_id", None):
            self.sources[ran.info.cell_id] = source
        if ".check(" not in source:
            return
        from helpers.desk.lesson_tables import lesson_with
        from helpers.desk.results import checked_exercise, result_of_run

        exercise = checked_exercise(source)
        if not exercise:
            return
        lesson = lesson_with([exercise, *self.results])
        points = lesson.points.get(exercise, 0) if lesson else 0
        error = ran.error_before_exec or ran.error_in_exec
        result = result_of_run(exercise, error, ran.result, points)
        self.results[exercise] = result
        file = os.environ.get(FRESH_RUN)
        if file:
            with Path(file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(result.as_data()) + "\n")
            return
        notebook = notebook_of_session()
        if notebook is not None and lesson is not None:
            from helpers.desk.kept_progress import keep

            keep(notebook, lesson.name, result)


_watch: Watch | None = None


def watch_checks() -> None:
    """Start to note what cells of this kernel say: once, and only in a notebook that a student has open."""
    global _watch
    if _watch is not None or not (os.environ.get(FRESH_RUN) or notebook_of_session()):
        return
    shell = kernel_shell()
    if shell is not None:
        _watch = Watch()
        shell.events.register("post_run_cell", _watch.note)


def watched() -> Watch:
    """What was noted so far in this kernel."""
    return _watch or Watch()
