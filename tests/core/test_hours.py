"""Hours in wall time become spans, date by date."""

from datetime import UTC, date, datetime

import pytest

from ambassadors.core.hours import (
    DayHours,
    Hours,
    TimeOff,
    WeeklySpan,
    begin_of,
    format_weekly,
    local_date,
    open_spans,
    parse_weekly,
    spans_of_date,
    week_of,
)
from ambassadors.core.refused import Refused
from ambassadors.core.spans import minute_of, moment_of

EVERY_DAY = "; ".join(f"{day} {{0}}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def minute(text):
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def daily(zone, times):
    return Hours(zone, parse_weekly(EVERY_DAY.format(times)))


def opened(hours, start, end):
    """The open spans between two moments as `day hour:minute` pairs in UTC."""
    spans = open_spans(hours, minute(start), minute(end))
    return [tuple(f"{moment_of(edge):%d %H:%M}" for edge in span) for span in spans]


def test_nine_o_clock_stays_nine_o_clock_across_a_clock_change():
    hours = daily("America/New_York", "09:00-10:00")
    assert opened(hours, "2025-03-08", "2025-03-10") == [
        ("08 14:00", "08 15:00"),
        ("09 13:00", "09 14:00"),
    ]


def test_an_hour_that_does_not_exist_is_never_open():
    hours = daily("America/New_York", "02:00-03:00")
    assert opened(hours, "2025-03-09", "2025-03-10") == []


def test_hours_around_a_missing_hour_become_shorter():
    hours = daily("Europe/Berlin", "01:30-04:00")
    assert opened(hours, "2025-03-30", "2025-03-30T12:00") == [("30 00:30", "30 02:00")]


def test_an_hour_that_comes_twice_has_its_real_length():
    hours = daily("Europe/Berlin", "02:00-03:00")
    assert opened(hours, "2025-10-26", "2025-10-27") == [("26 00:00", "26 02:00")]


def test_half_an_hour_that_comes_twice_is_open_both_times():
    hours = daily("Europe/Berlin", "02:00-02:30")
    assert opened(hours, "2025-10-26", "2025-10-27") == [
        ("26 00:00", "26 00:30"),
        ("26 01:00", "26 01:30"),
    ]


def test_a_clock_may_change_by_half_an_hour():
    hours = daily("Australia/Lord_Howe", "01:00-03:00")
    assert opened(hours, "2025-04-05T12:00", "2025-04-06T12:00") == [("05 14:00", "05 16:30")]
    assert opened(hours, "2025-10-04T12:00", "2025-10-05T12:00") == [("04 14:30", "04 16:00")]


def test_a_clock_may_change_by_two_hours():
    hours = daily("Antarctica/Troll", "00:30-04:00")
    assert opened(hours, "2025-03-30", "2025-03-30T12:00") == [("30 00:30", "30 02:00")]
    assert opened(hours, "2025-10-25T12:00", "2025-10-26T12:00") == [("25 22:30", "26 04:00")]


def test_a_midnight_that_does_not_exist_begins_the_day_later():
    hours = daily("America/Sao_Paulo", "00:00-02:00")
    assert opened(hours, "2018-11-04", "2018-11-05") == [("04 03:00", "04 04:00")]


def test_a_date_that_was_left_out_has_no_hours():
    hours = daily("Pacific/Apia", "09:00-10:00")
    assert opened(hours, "2011-12-29", "2011-12-31T12:00") == [
        ("29 19:00", "29 20:00"),
        ("30 19:00", "30 20:00"),
    ]
    assert spans_of_date("Pacific/Apia", date(2011, 12, 30)) == ()


def test_a_month_of_fasting_changes_the_clock_twice():
    hours = daily("Africa/Casablanca", "09:00-10:00")
    firsts = [
        opened(hours, f"2025-{day}", f"2025-{day}T23:59")[0][0][3:]
        for day in ("02-22", "02-24", "04-05", "04-07")
    ]
    assert firsts == ["08:00", "09:00", "09:00", "08:00"]


def test_an_exception_replaces_the_hours_of_its_date():
    weekly = parse_weekly(EVERY_DAY.format("09:00-10:00"))
    other = DayHours(date(2025, 6, 3), ((600, 660), (900, 960)))
    closed = DayHours(date(2025, 6, 4))
    hours = Hours("UTC", weekly, (other, closed))
    assert opened(hours, "2025-06-03", "2025-06-06") == [
        ("03 10:00", "03 11:00"),
        ("03 15:00", "03 16:00"),
        ("05 09:00", "05 10:00"),
    ]


def test_time_off_closes_its_first_and_its_last_date_and_every_exception_between():
    weekly = parse_weekly(EVERY_DAY.format("09:00-10:00"))
    other = DayHours(date(2025, 6, 4), ((600, 660),))
    hours = Hours("UTC", weekly, (other,), (TimeOff(date(2025, 6, 3), date(2025, 6, 4)),))
    assert opened(hours, "2025-06-02", "2025-06-06") == [
        ("02 09:00", "02 10:00"),
        ("05 09:00", "05 10:00"),
    ]


def test_hours_that_touch_or_overlap_are_one_span_across_midnight_too():
    hours = Hours(
        "Asia/Kolkata",
        (
            WeeklySpan(0, 1300, 1400),
            WeeklySpan(0, 1380, 1440),
            WeeklySpan(1, 0, 90),
        ),
    )
    assert opened(hours, "2025-06-02", "2025-06-05") == [("02 16:10", "02 20:00")]


def test_spans_are_clipped_to_the_window():
    hours = daily("UTC", "09:00-17:00")
    assert opened(hours, "2025-06-02T10:00", "2025-06-02T11:00") == [("02 10:00", "02 11:00")]


def test_a_new_year_cuts_no_span():
    hours = Hours("UTC", (WeeklySpan(2, 1380, 1440), WeeklySpan(3, 0, 60)))
    assert opened(hours, "2025-12-30", "2026-01-02") == [("31 23:00", "01 01:00")]


def test_the_beginning_of_a_span_is_found_however_far_back():
    days = tuple(DayHours(date(2025, 6, day), ((0, 1440),)) for day in range(3, 29))
    hours = Hours("UTC", exceptions=(DayHours(date(2025, 6, 2), ((607, 1440),)), *days))
    assert begin_of(hours, minute("2025-06-28T12:00")) == minute("2025-06-02T10:07")


def test_weekly_hours_around_the_clock_begin_where_the_last_exception_left_a_gap():
    always = daily("UTC", "00:00-24:00")
    hours = Hours("UTC", always.weekly, (DayHours(date(2025, 6, 2), ((607, 1440),)),))
    assert begin_of(hours, minute("2025-06-28T12:00")) == minute("2025-06-02T10:07")


def test_hours_without_a_gap_begin_at_a_midnight():
    hours = daily("America/New_York", "00:00-24:00")
    assert begin_of(hours, minute("2025-06-28T12:00")) % 1440 == 0


def test_a_date_lasts_as_long_as_its_clock_says():
    spring = spans_of_date("America/New_York", date(2025, 3, 9))
    assert spring == ((minute("2025-03-09T05:00"), minute("2025-03-10T04:00")),)


def test_a_date_to_which_the_clock_went_back_has_two_spans():
    found = spans_of_date("America/St_Johns", date(2010, 11, 6))
    assert found == (
        (minute("2010-11-06T02:30"), minute("2010-11-07T02:30")),
        (minute("2010-11-07T02:31"), minute("2010-11-07T03:30")),
    )


def test_date_and_week_are_those_on_the_wall():
    sunday_evening = minute("2025-06-02T03:00")
    assert local_date("America/New_York", sunday_evening) == date(2025, 6, 1)
    assert week_of("America/New_York", sunday_evening) == date(2025, 5, 26)
    assert week_of("Europe/Berlin", sunday_evening) == date(2025, 6, 2)


def test_weekly_hours_are_read_from_text_in_any_order():
    text = " wednesday 14:00 – 17:30;Mon 9:00-12:00; Mon 22:00-24:00;"
    hours = (WeeklySpan(0, 540, 720), WeeklySpan(0, 1320, 1440), WeeklySpan(2, 840, 1050))
    assert parse_weekly(text) == hours
    assert format_weekly(hours) == "Mon 09:00-12:00; Mon 22:00-24:00; Wed 14:00-17:30"
    assert parse_weekly(format_weekly(hours)) == hours
    assert parse_weekly("  ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Mon 9-12", "“Mon 9-12” cannot be read as hours; write them like “Mon 09:00-12:00”."),
        (
            "Mox 09:00-12:00",
            "“Mox 09:00-12:00” cannot be read as hours; write them like “Mon 09:00-12:00”.",
        ),
        ("Mon 09:00-24:30", "“Mon 09:00-24:30” has a time that is not on the clock."),
        ("Mon 09:60-12:00", "“Mon 09:60-12:00” has a time that is not on the clock."),
        (
            "Mon 22:00-02:00",
            "“Mon 22:00-02:00” must end after it begins; split hours that cross midnight.",
        ),
        ("Mon 09:00-12:00; Mon 11:00-13:00", "“Mon 09:00-12:00” and “Mon 11:00-13:00” overlap."),
    ],
)
def test_what_cannot_be_read_as_hours_is_refused_by_name(text, sentence):
    with pytest.raises(Refused) as refusal:
        parse_weekly(text)
    assert (refusal.value.text, refusal.value.field) == (sentence, "hours")
