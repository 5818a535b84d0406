"""Calendars are read in a process of their own, whose limits are real."""

from datetime import UTC, datetime

import pytest

from ambassadors.core.calendars import busy_spans
from ambassadors.core.refused import Refused
from ambassadors.remote.reading import read_busy
from tests.core.calendar_texts import MARCH, NEW_YORK, calendar, event


def test_the_process_answers_what_the_core_would():
    ics = calendar(
        event("DTSTART:20260302T100000\nDURATION:PT90M\nRRULE:FREQ=DAILY;COUNT=3"),
        event("DTSTART:nonsense", uid="bad"),
    )
    assert read_busy(ics, *MARCH, NEW_YORK) == busy_spans(ics, *MARCH, NEW_YORK)


def test_what_is_no_calendar_is_refused_with_a_sentence():
    with pytest.raises(Refused, match="This is a web page, not a calendar"):
        read_busy(b"<!doctype html><title>Sign in</title>", *MARCH, NEW_YORK)


def test_at_most_180_days_are_read():
    ics = calendar(event("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY"))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    found = read_busy(ics, start, datetime(2028, 3, 1, tzinfo=UTC), "UTC")
    assert found.spans == ((start, datetime(2026, 8, 28, tzinfo=UTC)),)
