"""A lesson as a grading run needs it: its specs, files and limits, and one hash of all that."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import site
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.classroom.below import files_below
from grader.classroom.course import CONFIG_NAME, Course
from grader.classroom.lesson_data import data_of
from grader.errors import CourseError
from grader.grading.imports import imported_by
from grader.grading.submitted_notebook import UnreadableError, read_submission
from grader.limits import Limits
from grader.syntax import parse

if TYPE_CHECKING:
    from grader.grading.spec import Spec

# Code that decides marks and is not an installed package with a version of its own: this project, which is
# installed to be edited.
OWN_PACKAGES = ("grader", "helpers")
# What can move a mark when it changes.
PACKAGES = ("numpy", "tensorflow", "keras", "nbgrader")
TRAINING = frozenset(("tensorflow", "keras", "torch", "jax"))


@dataclass(frozen=True)
class Lesson:
    """One lesson of a course.

    limits: for each of its submissions. autotests: for each notebook that has any, the cells with autotests
    as released.
    """

    course: Course
    name: str
    limits: Limits
    autotests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def notebooks(self) -> dict[str, bytes]:
        """The instructor's notebooks by name, without the ending."""
        return {path.stem: path.read_bytes() for path in self.course.notebooks(self.name)}

    @property
    def ignored(self) -> list[str]:
        """Patterns of files that belong neither to a lesson nor to a submission."""
        return list(
            self.course.config.CourseDirectory.get("ignore", [".ipynb_checkpoints", "*.pyc", "__pycache__"])
        )

    @cached_property
    def files(self) -> dict[str, bytes]:
        """What lies beside the notebooks and is released with them, by relative path."""
        return read_files(self.course.source / self.name, self.ignored)

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """What each notebook is graded against. Raises CourseError."""
        from grader.grading.spec import read_spec

        specs = {}
        for name, content in self.notebooks.items():
            try:
                spec = read_spec(content, self.course.config, self.autotests.get(name))
                specs[name] = replace(spec, falls_back=not spec.has_solutions)
            except CourseError as error:
                raise CourseError(f"{self.course.source / self.name / name}.ipynb: {error}") from None
        return specs

    def is_built(self, name: str) -> bool:
        """Whether a notebook is as `course build` made it, which makes none whose solution fails a check."""
        from grader.classroom.built import is_built

        return is_built(self.notebooks[name])

    @property
    def points(self) -> dict[str, dict[str, float]]:
        """For each notebook its graded cells and their points. Raises CourseError."""
        return points_of(self.specs)

    @cached_property
    def modules(self) -> frozenset[str]:
        """What its notebooks import, solutions included."""
        with suppress(UnreadableError):  # `specs` says what is wrong
            cells = [cell for notebook in self.notebooks.values() for cell in read_submission(notebook).cells]
            return imported_by(cell.source for cell in cells if cell.kind == "code")
        return frozenset()

    @property
    def trains(self) -> bool:
        """Whether it imports a library that trains networks."""
        return any(module.partition(".")[0] in TRAINING for module in self.modules)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """On which data, with which versions and within which limits it is graded."""
        return {
            "data": [asdict(origin) for origin in data_of(self.course, self.name)],
            "versions": {package: version(package) for package in PACKAGES},
            "limits": asdict(self.limits),
        }

    @cached_property
    def digest(self) -> str:
        """A hash of all that decides marks and is not the submission: lesson, limits, environment."""
        return digest_of(json.dumps([self._deciding, self.digests_of_checks], sort_keys=True).encode())

    @cached_property
    def digest_apart_from_checks(self) -> str:
        """The same of everything but what its checks say, and how many points they give."""
        return digest_of(json.dumps(self._deciding, sort_keys=True).encode())

    @cached_property
    def digests_of_checks(self) -> dict[str, dict[str, str]]:
        """For each notebook its checks by their names, each with a hash of what it says and gives."""
        return {
            name: {check: digest_of(said.encode()) for check, said in checks.items()}
            for name, (_, checks) in self._parts.items()
        }

    @cached_property
    def _parts(self) -> dict[str, tuple[Any, dict[str, str]]]:
        return {name: _parts_of(content) for name, content in self.notebooks.items()}

    @cached_property
    def _deciding(self) -> list[Any]:
        return [
            {name: rest for name, (rest, _) in self._parts.items()},
            {name: digest_of(content) for name, content in self.files.items()},
            self.autotests,
            asdict(self.limits),
            _deciding(self.course.root / CONFIG_NAME),
            environment(),
        ]


def points_of(specs: Mapping[str, Spec]) -> dict[str, dict[str, float]]:
    """For each notebook its graded cells and their points."""
    return {
        name: {
            cell.name: cell.points
            for cell in spec.cells
            if cell.name is not None and (cell.is_test or cell.is_by_hand)
        }
        for name, spec in specs.items()
    }


def read_files(folder: Path, ignored: list[str]) -> dict[str, bytes]:
    """All files under a folder but notebooks and what the patterns name, by relative path. Raises OSError."""
    # A link may lead anywhere: to another student's folder, or to the gradebook.
    paths = (path.relative_to(folder) for path in files_below(folder))
    return {
        path.as_posix(): (folder / path).read_bytes()
        for path in paths
        if path.suffix != ".ipynb"
        and not any(Path(part).match(pattern) for part in path.parts for pattern in ignored)
    }


def digest_of(content: bytes) -> str:
    """A hash of a file's content."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """A hash of a file's content, "" where there is no file."""
    return digest_of(path.read_bytes()) if path.is_file() else ""


def _deciding(config: Path) -> str:
    """What a configuration says, but for where the gradebook is: moving that changes no mark."""
    if not config.is_file():
        return ""
    tree = parse(config.read_bytes())
    tree.body = [
        each for each in tree.body if not ast.unparse(each).startswith("c.CourseDirectory.db_url = ")
    ]
    return ast.dump(tree)


def _parts_of(notebook: bytes) -> tuple[Any, dict[str, str]]:
    """What an instructor wrote: all but checks, and those by their names.

    Outputs, which each build makes again, decide no marks. Of checks of one name none counts as one.
    """
    try:
        cells = [
            [cell["cell_type"], cell["source"], cell["metadata"].get("nbgrader")]
            for cell in json.loads(notebook)["cells"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return digest_of(notebook), {}
    names = [_name_of_check(*cell) for cell in cells]
    checks = {
        name: json.dumps(cell, sort_keys=True)
        for name, cell in zip(names, cells, strict=True)
        if name and names.count(name) == 1
    }
    rest = [name if name in checks else cell for name, cell in zip(names, cells, strict=True)]
    return rest, checks


def _name_of_check(kind: str, _: Any, marks: Any) -> str:
    """The name of a cell that is marked by running it, "" for any other."""
    if kind != "code" or not isinstance(marks, dict) or not marks.get("grade") or marks.get("solution"):
        return ""
    name = marks.get("grade_id")
    return name if isinstance(name, str) else ""


def environment() -> dict[str, str]:
    """What of this machine can decide marks: Python, packages, this project's own code, where data lie."""
    # Not all of sys.path: setuptools, once imported, adds packages of its own to it.
    folders = map(Path, (*site.getsitepackages(), site.getusersitepackages()))
    # An installed package's folder is named after it and its version.
    names = (path.stem.partition("-") for folder in folders for path in folder.glob("*.dist-info"))
    found = {name: version for name, _, version in names}
    for package in OWN_PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in spec.submodule_search_locations or [] if spec else []:
            # Tables of exercises are data that decide marks.
            sources = sorted([*Path(folder).rglob("*.py"), *Path(folder).rglob("*.json")])
            found[f"{package}/"] = digest_of(b"".join(path.read_bytes() for path in sources))
    return {**found, "python": sys.version, "COURSE_DATA": os.environ.get("COURSE_DATA", "")}


def limits_of(course: Course, lesson: str, chosen: Mapping[str, float]) -> Limits:
    """The limits for a lesson: those chosen for this run, else those of the course's configuration.

    `c.GradingLimits.cell_seconds = 600` sets one for all lessons,
    `c.GradingLimits.lessons = {"05_fashion_mnist": {"notebook_seconds": 1800}}` for one of them. Without,
    nbgrader's own `c.Execute.timeout` counts for cells. Raises CourseError for a name that is not a limit.
    """
    config = course.config
    settings: dict[str, Any] = {}
    if config.Execute.get("timeout"):
        settings["cell_seconds"] = config.Execute.timeout
    configured = dict(config.get("GradingLimits", {}))
    by_lesson = configured.pop("lessons", {})
    settings = {**settings, **configured, **by_lesson.get(lesson, {}), **chosen}
    known = {field.name for field in fields(Limits)}
    if unknown := set(settings) - known:
        raise CourseError(
            f"{CONFIG_NAME}: GradingLimits has no {', '.join(sorted(unknown))}. "
            f"It has: {', '.join(sorted(known))}."
        )
    return Limits(**settings)
