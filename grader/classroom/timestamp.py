"""Read when a submission was handed in, as nbgrader's timestamp.txt says it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TIMESTAMP = "timestamp.txt"
HOW_TO_WRITE_IT = "Write it in one line, as 2026-10-20 13:05:00 UTC"
# The year first: nobody can tell 05.11. from 11/05., and a time without its day would be today's.
_WRITTEN = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)"
    r"( ?(?P<offset>Z|[+-]\d\d:?\d\d)| (?P<zone>[A-Za-z][\w+/-]{0,60}))?",
    re.ASCII,
)


def read_timestamp(written: bytes) -> datetime | None:
    """The time that a timestamp.txt holds, in UTC without a zone; None where it is empty.

    Raises ValueError where it is not written as year, month, day, hour, minute and perhaps a known zone.
    """
    text = written[:1000].decode("utf-8-sig").strip()
    if not text:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time with the year first: {text[:40]!r}")
    try:
        at = datetime.fromisoformat(found["time"])
        zone = _offset(found["offset"]) if found["offset"] else _zone(found["zone"] or "UTC", at)
        return at.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"not a time that a calendar has: {text[:40]!r} ({error})") from None


def _offset(written: str) -> tzinfo:
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if written[0] == "-" else ahead)


def _zone(name: str, at: datetime) -> tzinfo:
    """The zone of a name such as Europe/Berlin, or of one that this machine calls its own time, as CEST."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        own = at.astimezone().tzinfo
        if name in time.tzname and own is not None:
            return own
        raise ValueError(f"not a time zone known here: {name}") from None
