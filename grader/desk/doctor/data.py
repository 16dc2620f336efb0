"""The data sets that lessons train on, and where they are."""

from __future__ import annotations

from grader.desk.doctor.finding import Finding, State
from helpers.data import DATASETS, DataError, locate


def data_sets() -> Finding:
    """Whether all are the published ones."""
    try:
        origins = [locate(name) for name in DATASETS]
    except DataError as error:
        return Finding("data", State.FAILS, str(error), "Fix that, or unset COURSE_DATA")
    by_place: dict[str, list[str]] = {}
    for origin in origins:
        place = origin.place if origin.real else "nowhere: a stand-in is used"
        by_place.setdefault(place, []).append(origin.dataset)
    found = "; ".join(f"{', '.join(names)}: {place}" for place, names in by_place.items())
    if all(origin.real for origin in origins):
        return Finding("data", State.OK, found)
    advice = "Fetch them: course data. Grade on the data that your students used"
    return Finding("data", State.WARNING, found, advice)
