"""Bookable starts, and why a start is none, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ambassadors.core.hours import DayHours, Hours, TimeOff, WeeklySpan, parse_weekly
from ambassadors.core.slots import Diary, Rules, WhyNot, nearest, starts, why_not
from ambassadors.core.spans import Span, minute_of, moment_of


def minute(text):
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


# A Wednesday in June, hours from nine to noon.

WEDNESDAY = date(2025, 6, 4)
NOW = datetime(2025, 6, 1, 8, 0, tzinfo=UTC)
RULES = Rules(notice=0, after=0)
MORNING = Diary(Hours("UTC", parse_weekly("Wed 09:00-12:00")), RULES)


def shown(found):
    return [f"{moment_of(start):%H:%M}" for start in found]


def on_wednesday(diary, length=45, now=NOW):
    return shown(starts(diary, minute("2025-06-04"), minute("2025-06-05"), length, now))


def test_starts_stand_every_15_minutes_from_the_beginning_of_the_hours():
    odd = replace(MORNING, hours=Hours("UTC", parse_weekly("Wed 09:07-10:10")))
    assert on_wednesday(odd, 30) == ["09:07", "09:22", "09:37"]


def test_a_chat_may_end_when_the_hours_end():
    assert on_wednesday(MORNING)[-1] == "11:15"


def test_a_chat_that_ends_when_another_begins_is_possible():
    taken = (Span(minute("2025-06-04T10:00"), minute("2025-06-04T10:30")),)
    expected = ["09:00", "09:15", "10:30", "10:45", "11:00", "11:15"]
    assert on_wednesday(replace(MORNING, taken=taken)) == expected


def test_buffers_keep_clear_of_chats_and_calendar_but_may_leave_the_hours():
    busy = (Span(minute("2025-06-04T10:00"), minute("2025-06-04T10:30")),)
    guarded = replace(MORNING, busy=busy, rules=replace(RULES, before=5, after=10))
    assert on_wednesday(guarded) == ["09:00", "10:45", "11:00", "11:15"]


def test_what_is_booked_does_not_move_the_grid():
    taken = (Span(minute("2025-06-04T09:00"), minute("2025-06-04T09:35")),)
    assert on_wednesday(replace(MORNING, taken=taken))[0] == "09:45"


def test_hours_around_the_clock_keep_one_grid_whatever_the_window():
    always = Hours("Asia/Kathmandu", tuple(WeeklySpan(day, 0, 1440) for day in range(7)))
    diary = Diary(always, RULES)
    first = minute("2025-06-04T00:07")
    assert shown(starts(diary, first, first + 30, 30, NOW)) == ["00:15", "00:30"]


def test_a_long_chat_in_the_calendar_that_spans_several_hours_bars_all_of_them():
    twice = replace(MORNING, hours=Hours("UTC", parse_weekly("Wed 09:00-10:00; Wed 11:00-13:00")))
    busy = (
        Span(minute("2025-06-03"), minute("2025-06-04T12:00")),
        Span(minute("2025-06-04T08:00"), minute("2025-06-04T09:15")),
    )
    assert on_wednesday(replace(twice, busy=busy), 30) == ["12:00", "12:15", "12:30"]


def test_notice_counts_from_the_second_it_is():
    at_nine = replace(MORNING, rules=replace(RULES, notice=60))
    now = datetime(2025, 6, 4, 9, 15, tzinfo=UTC)
    assert on_wednesday(at_nine, now=now)[0] == "10:15"
    assert on_wednesday(at_nine, now=now + timedelta(seconds=1))[0] == "10:30"


def test_the_horizon_itself_can_be_booked():
    near = replace(MORNING, rules=replace(RULES, horizon=1))
    now = datetime(2025, 6, 3, 10, 0, tzinfo=UTC)
    assert on_wednesday(near, now=now)[-1] == "10:00"


def test_this_very_minute_is_short_notice_and_not_past():
    assert why_not(replace(MORNING, rules=Rules()), minute_of(NOW), 30, NOW).code == "notice"
    assert why_not(MORNING, minute_of(NOW), 30, NOW).code == "closed"


def test_a_day_is_full_when_its_cap_is_reached():
    two = replace(MORNING, chats_on={WEDNESDAY: 2})
    three = replace(MORNING, chats_on={WEDNESDAY: 3})
    assert (len(on_wednesday(two)), len(on_wednesday(three))) == (10, 0)


def test_a_full_week_ends_on_sunday_night_in_the_ambassadors_zone():
    hours = Hours("America/New_York", parse_weekly("Sun 22:00-24:00; Mon 00:00-01:00"))
    diary = Diary(hours, RULES, chats_in_week={date(2025, 6, 2): 8})
    found = starts(diary, minute("2025-06-08"), minute("2025-06-10"), 30, NOW)
    assert shown(found) == ["04:00", "04:15", "04:30"]


def test_nobody_is_offered_with_a_cap_of_nothing():
    closed = replace(MORNING, rules=replace(RULES, daily_cap=0))
    assert on_wednesday(closed) == []
    reason = why_not(closed, minute("2025-06-04T09:00"), 45, NOW)
    assert reason == WhyNot("day-full", "No chats are taken at present.")


def test_the_nearest_starts_lie_on_both_sides_with_the_earlier_first():
    taken = (Span(minute("2025-06-04T10:00"), minute("2025-06-04T10:20")),)
    found = nearest(replace(MORNING, taken=taken), minute("2025-06-04T10:00"), 20, NOW)
    assert shown(found) == ["09:30", "10:30", "09:15"]


def test_the_nearest_starts_never_are_the_one_that_was_wanted():
    found = nearest(MORNING, minute("2025-06-04T10:00"), 20, NOW)
    assert shown(found) == ["09:45", "10:15", "09:30"]


def test_a_start_far_beyond_the_horizon_has_nearest_ones_too():
    found = nearest(MORNING, minute("2199-01-01"), 45, NOW, count=2)
    assert [moment_of(start).isoformat() for start in found] == [
        "2025-06-25T11:15:00+00:00",
        "2025-06-25T11:00:00+00:00",
    ]


def test_a_length_that_is_not_offered_has_no_starts():
    assert on_wednesday(MORNING, 60) == []
    assert nearest(MORNING, minute("2025-06-04T10:00"), 60, NOW) == []


BOOKED = (Span(minute("2025-06-04T10:00"), minute("2025-06-04T10:30")),)


@pytest.mark.parametrize(
    ("changes", "at", "code", "sentence"),
    [
        ({"active": False}, "04T09:00", "inactive", "No chats are offered at present."),
        ({}, "01T07:59", "past", "That time has passed."),
        ({"rules": Rules()}, "01T09:00", "notice", "Chats need at least 12 hours’ notice."),
        ({"rules": Rules(notice=60)}, "01T08:30", "notice", "Chats need at least 1 hour’s notice."),
        (
            {"rules": Rules(notice=90)},
            "01T08:30",
            "notice",
            "Chats need at least 90 minutes’ notice.",
        ),
        (
            {"rules": Rules(horizon=1)},
            "04T09:00",
            "horizon",
            "Chats can be booked at most 1 day ahead.",
        ),
        ({"rules": Rules(lengths=(20, 45))}, "04T09:00", "length", "Chats last 20 or 45 minutes."),
        ({"rules": Rules(lengths=(45,))}, "04T09:00", "length", "Chats last 45 minutes."),
        ({}, "05T09:00", "closed", "No hours on Thursdays."),
        ({}, "04T08:00", "closed", "The hours on Wednesdays are 9:00 am to 12:00 pm."),
        (
            {},
            "04T11:45",
            "closed",
            "A chat of 30 minutes would run past the hours. "
            "The hours on Wednesdays are 9:00 am to 12:00 pm.",
        ),
        (
            {"hours": replace(MORNING.hours, exceptions=(DayHours(WEDNESDAY),))},
            "04T09:00",
            "exception",
            "There are no hours on Wednesday, June 4.",
        ),
        (
            {
                "hours": replace(
                    MORNING.hours, exceptions=(DayHours(WEDNESDAY, ((600, 630), (1410, 1440))),)
                )
            },
            "04T09:00",
            "exception",
            "There are other hours, 10:00 am to 10:30 am and 11:30 pm to midnight, "
            "on Wednesday, June 4.",
        ),
        (
            {"hours": replace(MORNING.hours, time_off=(TimeOff(WEDNESDAY, date(2025, 6, 9)),))},
            "04T09:00",
            "time-off",
            "Time off until Monday, June 9.",
        ),
        ({}, "04T09:05", "grid", "Chats start every 15 minutes from 9:00 am."),
        (
            {"taken": BOOKED},
            "04T10:15",
            "taken",
            "Another chat, or the break around it, takes that time.",
        ),
        (
            {"taken": BOOKED, "rules": replace(RULES, before=15)},
            "04T10:30",
            "taken",
            "Another chat, or the break around it, takes that time.",
        ),
        (
            {"busy": BOOKED},
            "04T10:15",
            "busy",
            "The calendar is busy at that time or in the break around it.",
        ),
        (
            {"chats_on": {WEDNESDAY: 3}},
            "04T09:00",
            "day-full",
            "At most 3 chats a day, and Wednesday, June 4 is full.",
        ),
        (
            {"chats_in_week": {date(2025, 6, 2): 9}},
            "04T09:00",
            "week-full",
            "At most 8 chats a week, and that of Monday, June 2 is full.",
        ),
    ],
)
def test_why_a_time_is_not_offered_is_said_in_a_sentence(changes, at, code, sentence):
    reason = why_not(replace(MORNING, **changes), minute(f"2025-06-{at}"), 30, NOW)
    assert reason is not None
    assert (reason.code, reason.text) == (code, sentence)


def test_a_bookable_start_has_no_reason_against_it():
    assert why_not(MORNING, minute("2025-06-04T09:15"), 30, NOW) is None
