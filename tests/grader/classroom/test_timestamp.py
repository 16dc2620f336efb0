"""Behaviour of reading when a submission was handed in: nobody becomes punctual by how a date is written."""

from datetime import datetime

import pytest

from grader.classroom.timestamp import read_timestamp

FIVE_PAST_ONE = datetime(2026, 11, 5, 13, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-05 13:05",
        "2026-11-05 13:05:00",
        "2026-11-05 13:05:00 UTC\n",
        "2026-11-05T13:05:00Z",
        "2026-11-05T13:05:00+00:00",
        "2026-11-05 14:05:00 +0100",
        "2026-11-05 13:05:00.000000 UTC",
        "2026-11-05 14:05:00.000000 Europe/Berlin",
        "2026-11-05 05:05:00 America/Los_Angeles",
        "2026-11-05 08:05 -05:00",
        "\ufeff2026-11-05 13:05:00 UTC\r\n",
    ],
)
def test_a_time_with_the_year_first_is_read_in_its_zone(written: str) -> None:
    assert read_timestamp(written.encode()) == FIVE_PAST_ONE


@pytest.mark.parametrize(
    "written",
    [
        "05.11.2026 13:05",
        "11/05/2026 13:05",
        "5 November 2026 13:05",
        "13:05",
        "2026-11-05",
        "2026-13-05 13:05:00 UTC",
        "2026-11-05 13:05:00 NOWHERE",
        "2026-11-05 13:05:00 ../UTC",
        "2026-11-05 13:05:00 Europe",
        "2026-11-05 13:05:00 +99:00",
        "0001-01-01 00:00:00 +10:00",
        "2026-11-05 13:05:00 UTC and more",
        "yesterday",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        read_timestamp(written.encode())


def test_an_empty_one_says_nothing() -> None:
    assert read_timestamp(b" \n") is None


def test_names_that_this_machine_gives_its_own_time_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    with monkeypatch.context() as context:
        context.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        assert read_timestamp(b"2026-11-05 05:05:00 PST") == FIVE_PAST_ONE
    time.tzset()
