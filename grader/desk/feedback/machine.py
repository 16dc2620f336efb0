"""Keep what outputs tell of the grading machine out of pages: folders, names, addresses in memory."""

from __future__ import annotations

import getpass
import html
import os
import re
import site
import socket
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

SOMEWHERE = "…"
# The first folders of a path on Linux and macOS, whatever machine a worker ran on.
USUAL_ROOTS = (
    "Applications", "Library", "System", "Users", "Volumes", "bin", "boot", "dev", "etc", "home", "lib",
    "lib64", "media", "mnt", "nix", "opt", "private", "proc", "root", "run", "sbin", "snap", "srv", "sys",
    "tmp", "usr", "var",
)  # fmt: skip
# Words that are names of users on many machines, and words of any lesson.
COMMON_NAMES = frozenset(("root", "user", "admin", "student", "teacher", "ubuntu", "nobody", "localhost"))
SHORTEST_NAME = 4
# What stands in one of these is not one word with what stands in the next.
BLOCK = re.compile(r"<(?:br|hr|/?(?:p|div|li|tr|td|th|h\d|pre|table|dt|dd|summary))\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{9,}\b|(?<=\bat )0x[0-9a-fA-F]+")
PART = r"[^\s/'\"<>:;,()\[\]{}|\\*?&]+"
# A folder that is named after its user.
HOME = re.compile(r"(?:file:/*)?/(?:home|Users)/[^/]+")
NOT_INSIDE = rf"(?<![\w.~{SOMEWHERE}-])"
# A picture's bytes may look like a path.
PICTURE = re.compile(r'(src="data:image/[a-z+]+;base64,[A-Za-z0-9+/=]*")')


class Machine:
    """What is known of this machine, to be left out of texts."""

    def __init__(self, course: Path) -> None:
        """Note this machine's folders and names. course: the folder of the course."""
        known = {str(path): f"{SOMEWHERE}/site-packages" for path in _site_packages()}
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        known |= {str(path): f"{SOMEWHERE}/{python}" for path in _standard_library()}
        known |= {str(path): SOMEWHERE for path in _private_folders(course)}
        self._folders = {folder: known[folder] for folder in sorted(known, key=len, reverse=True)}
        folders = "|".join(map(re.escape, self._folders)) or r"(?!)"
        here = (path.name for path in Path("/").iterdir())
        roots = "|".join(map(re.escape, sorted({*USUAL_ROOTS, *here}, key=len, reverse=True)))
        names = "|".join(map(re.escape, _names())) or r"(?!)"
        self._told = re.compile(
            rf"{NOT_INSIDE}(?:file:/*)?(?P<folder>{folders})(?![\w-])"
            rf"|{NOT_INSIDE}(?:file:/+|/|~/)(?:(?:{roots})/+|(?<=~/))(?:{PART}/+)*(?P<last>{PART}|(?=\W|$))"
            rf"|\b(?P<name>{names})\b"
        )

    def forget(self, text: str) -> str:
        """The text without this machine's folders, names and addresses in memory."""
        return ADDRESS.sub("0x…", self._told.sub(self._neutral, text))

    def forget_in_html(self, markup: str) -> tuple[str, str]:
        """Markup without them, and "". Where they are spread over elements: "", and the text alone."""
        parts = PICTURE.split(markup)
        cleaned = "".join(part if number % 2 else self.forget(part) for number, part in enumerate(parts))
        text = html.unescape(TAG.sub("", BLOCK.sub("\n", cleaned)))
        told = self.forget(text)
        return (cleaned, "") if told == text else ("", told)

    def _neutral(self, found: re.Match[str]) -> str:
        if found["folder"]:
            return self._folders[found["folder"]]
        if found["name"] or HOME.fullmatch(found[0]):
            return SOMEWHERE
        return f"{SOMEWHERE}/{found['last']}"


def _site_packages() -> Iterable[Path]:
    yield from map(Path, (*site.getsitepackages(), site.getusersitepackages()))
    yield Path(sysconfig.get_path("platlib"))


def _standard_library() -> Iterable[Path]:
    for name in ("stdlib", "platstdlib"):
        yield from _and_resolved(Path(sysconfig.get_path(name)))
    yield Path(os.__file__).parent


def _private_folders(course: Path) -> Iterable[Path]:
    project = Path(__file__).resolve().parents[3]
    data = os.environ.get("COURSE_DATA")
    folders = [course, project, Path.cwd(), Path(sys.prefix)]
    with suppress(RuntimeError):
        folders.append(Path.home())
    for folder in (*folders, *([Path(data)] if data else [])):
        # Of "/" alone nothing is told.
        yield from (each for each in _and_resolved(folder.absolute()) if each != Path("/"))


def _and_resolved(folder: Path) -> set[Path]:
    return {folder, folder.resolve()}


def _names() -> list[str]:
    """What this machine and its user are called, unless a lesson may well mean something else by it."""
    names = {socket.gethostname()}
    with suppress(KeyError, OSError):
        names.add(getpass.getuser())
    return sorted(name for name in names if len(name) >= SHORTEST_NAME and name not in COMMON_NAMES)
