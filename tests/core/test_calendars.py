"""Known calendars, each a sentence about when their owner is busy. All in March 2026, in UTC."""

from datetime import UTC, datetime

import pytest

from ambassadors.core.calendars import busy_spans
from ambassadors.core.refused import Refused
from tests.core.calendar_texts import MARCH, busy, calendar, event, read

MEETING = "DTSTART:20260310T140000Z\nDTEND:20260310T150000Z"
WEEKLY = """
DTSTART;TZID=America/New_York:20260105T090000
DTEND;TZID=America/New_York:20260105T100000
RRULE:FREQ=WEEKLY"""
MONDAYS = ["02 14:00-15:00", "09 13:00-14:00", "16 13:00-14:00", "23 13:00-14:00", "30 13:00-14:00"]


def test_an_event_is_busy_from_its_start_to_its_end():
    assert busy(event(MEETING)) == ["10 14:00-15:00"]


def test_spans_are_clipped_to_the_window_and_merged():
    assert busy(
        event("DTSTART:20260228T220000Z\nDTEND:20260301T010000Z", uid="a"),
        event("DTSTART:20260310T140000Z\nDTEND:20260310T150000Z", uid="b"),
        event("DTSTART:20260310T150000Z\nDTEND:20260310T153000Z", uid="c"),
        event("DTSTART:20260331T230000Z\nDTEND:20260401T030000Z", uid="d"),
        event("DTSTART:20260401T000000Z\nDTEND:20260401T030000Z", uid="e"),
    ) == ["01 00:00-01:00", "10 14:00-15:30", "31 23:00-01 00:00"]


def test_a_weekly_event_keeps_its_hour_when_the_clocks_change():
    assert busy(event(WEEKLY)) == MONDAYS


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "status:cancelled",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    ],
)
def test_what_is_free_or_cancelled_does_not_block(line):
    assert busy(event(MEETING + "\n" + line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:OPAQUE",
        "STATUS:TENTATIVE",
        "STATUS:CONFIRMED",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    ],
)
def test_what_is_tentative_or_away_blocks(line):
    assert busy(event(MEETING + "\n" + line)) == ["10 14:00-15:00"]


def test_an_excepted_instance_does_not_block():
    exception = "\nEXDATE;TZID=America/New_York:20260316T090000"
    assert busy(event(WEEKLY + exception)) == [*MONDAYS[:2], *MONDAYS[3:]]


def test_a_window_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="without a time zone"):
        busy_spans(calendar(), datetime(2026, 3, 1), MARCH[1], "UTC")  # noqa: DTZ001


def test_an_unknown_zone_of_the_ambassador_is_refused():
    with pytest.raises(Refused):
        busy_spans(calendar(), *MARCH, "Mars/Phobos")


def test_one_event_that_cannot_be_read_takes_no_other_with_it():
    found = read(
        event("SUMMARY:Secret\nDTSTART:2026031T1\nRRULE:FREQ=WEEKLY", uid="bad"),
        event(MEETING, uid="good"),
    )
    assert found.spans == (
        (datetime(2026, 3, 10, 14, tzinfo=UTC), datetime(2026, 3, 10, 15, tzinfo=UTC)),
    )
    assert found.problems == ("Event 1: a time in it cannot be read.",)
    assert (found.events, found.readable) == (2, True)
