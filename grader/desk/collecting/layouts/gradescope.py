"""Gradescope: a folder `submission_123` for each hand-in, and submission_metadata.yml that says whose."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from grader.classroom.course import Course
from grader.classroom.file_names import shown
from grader.desk.collecting.files import File, RefusedError
from grader.desk.collecting.hand_in import EMAIL, ID, HandIn, Owner
from grader.errors import CourseError

METADATA = "submission_metadata.yml"
SUBMISSION = re.compile(r"submission_\d+")
# Marks of each test are in it too.
MOST_BYTES = 100_000_000
PLATFORM_NAME = "gradescope"


# Reads everything as text: a name such as `No` stays a name. libyaml is ten times as fast.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def fits(files: Sequence[File], course: Course) -> Callable[[File], bool] | None:
    """What says whether a file is in a hand-in's folder; None where there is no list of the hand-ins."""
    del course
    if not any(file.path == METADATA for file in files):
        return None
    return lambda file: SUBMISSION.fullmatch(file.parts[0]) is not None


def hand_ins(files: Sequence[File], course: Course) -> tuple[list[HandIn], list[str]]:
    """The hand-ins, and what was left out. Raises CourseError when the list of them cannot be read."""
    del course
    metadata = next(file for file in files if file.path == METADATA)
    said = _read(metadata)
    by_folder: dict[str, list[File]] = {}
    refused = []
    for file in files:
        top, _, inside = file.path.partition("/")
        if top in said and inside:
            by_folder.setdefault(top, []).append(file.at(inside))
        elif file is not metadata:
            refused.append(f"{shown(file.path)} was left out: {METADATA} does not say whose it is.")
    found = []
    for name, theirs in by_folder.items():
        submitters = said[name].get(":submitters")
        owners = [_owner(each) for each in submitters if isinstance(each, dict)] if submitters else []
        if not owners:
            refused.append(f"{shown(name)} was left out: {METADATA} does not say whose it is.")
        found += [
            HandIn(
                PLATFORM_NAME,
                owner,
                tuple(theirs),
                {file.path: name for file in theirs},
                handed_in_at=_time(said[name].get(":created_at")),
            )
            for owner in owners
        ]
    return found, refused


def _read(metadata: File) -> dict[str, dict[str, Any]]:
    try:
        if metadata.size > MOST_BYTES:
            raise ValueError
        said = yaml.load(metadata.read(), LOADER)
        if not isinstance(said, dict):
            raise ValueError
    except (yaml.YAMLError, ValueError, RecursionError, RefusedError):
        raise CourseError(
            f"{METADATA} cannot be read, so nobody knows whose the hand-ins are. Download them again."
        ) from None
    return {str(name): each for name, each in said.items() if isinstance(each, dict)}


def _owner(submitter: dict[Any, Any]) -> Owner:
    name, sid, email = (str(submitter.get(f":{key}") or "").strip() for key in ("name", "sid", "email"))
    words = name.split()
    return Owner(
        name or sid or email,
        tuple(each for each in ((ID, sid), (EMAIL, email), (ID, email)) if each[1]),
        (name,) if name else (),
        own_id=sid or email,
        first_name=" ".join(words[:-1]),
        last_name=words[-1] if words else "",
        email=email,
    )


def _time(said: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(
            str(said).strip().replace(" UTC", "Z").replace(" Z", "Z").replace(" +", "+")
        )
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        return None
