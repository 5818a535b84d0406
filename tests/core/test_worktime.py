"""What a chat counts for on a timesheet, pay weeks, weeks of classes, and terms of a report."""

from datetime import date

import pytest

from ambassadors.core.guarding import pay_week
from ambassadors.core.reporting import terms_between, weeks_between
from ambassadors.core.settings.terms import Term
from ambassadors.core.worktime import WeekLoad, count_minutes, in_session

FALL = Term("Fall", "term", date(2026, 9, 9), date(2026, 12, 9), "kept")
BREAK = Term("Thanksgiving", "break", date(2026, 11, 22), date(2026, 11, 28), "closed")


@pytest.mark.parametrize(
    ("status", "length", "said", "verdict", "minutes"),
    [
        ("completed", 45, "", "", 45),
        ("no_show", 45, "", "", 15),
        ("no_show", 10, "prospect-missed", "", 10),
        ("no_show", 30, "ambassador-missed", "", 0),
        ("no_show", 30, "ambassador-missed", "prospect-missed", 15),
        ("no_show", 30, "talked", "ambassador-missed", 0),
        ("confirmed", 30, "", "", 0),
    ],
)
def test_minutes_follow_what_became_of_the_chat(status, length, said, verdict, minutes):
    assert count_minutes(status, length, said, verdict)[0] == minutes


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 10, 10), date(2026, 10, 4)),
        (date(2026, 10, 11), date(2026, 10, 11)),
        (date(2026, 10, 17), date(2026, 10, 11)),
    ],
)
def test_pay_weeks_run_from_sunday_to_saturday(day, first):
    assert pay_week(day) == first


@pytest.mark.parametrize(
    ("first", "terms", "busy"),
    [
        (date(2026, 9, 6), (FALL,), True),
        (date(2026, 8, 30), (FALL,), False),
        (date(2026, 11, 22), (FALL, BREAK), False),
        (date(2026, 11, 15), (FALL, BREAK), True),
        (date(2026, 7, 5), (), True),
    ],
)
def test_a_week_with_a_day_of_classes_is_in_session(first, terms, busy):
    assert in_session(first, terms) is busy


@pytest.mark.parametrize(
    ("worked", "to_come", "other", "busy", "over"),
    [(60, 60, 18 * 60, True, False), (61, 60, 18 * 60, True, True), (61, 60, 1080, False, False)],
)
def test_more_than_twenty_hours_in_a_week_of_classes_are_too_many(
    worked, to_come, other, busy, over
):
    assert WeekLoad(1, "Ana", worked, to_come, other, busy).over is over


def test_weeks_begin_on_mondays_and_are_cut_off_at_the_dates_asked_for():
    found = weeks_between(date(2026, 10, 7), date(2026, 10, 13), "America/New_York")
    assert [(one.label, one.start.day, one.end.day) for one in found] == [
        ("Oct 5, 2026", 7, 12),
        ("Oct 12, 2026", 12, 14),
    ]


def test_terms_of_the_calendar_leave_what_lies_between_them_to_itself():
    spring = Term("Spring", "term", date(2027, 1, 6), date(2027, 4, 20), "kept")
    zone = "America/New_York"
    found = terms_between(date(2026, 12, 1), date(2027, 2, 1), zone, (spring, FALL))
    assert [(one.label, one.start.date()) for one in found] == [
        ("Fall", date(2026, 12, 1)),
        ("Between terms", date(2026, 12, 10)),
        ("Spring", date(2027, 1, 6)),
    ]


def test_without_a_calendar_each_year_has_three_terms():
    found = terms_between(date(2026, 8, 30), date(2027, 1, 2), "America/New_York")
    assert [one.label for one in found] == ["Summer 2026", "Fall 2026", "Spring 2027"]
