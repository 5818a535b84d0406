"""Timetables: hours, rules and time off, saved, refused, previewed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.hours import DayHours, TimeOff, WeeklySpan, parse_weekly
from ambassadors.core.refused import Refused
from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador
from ambassadors.services import roster, timetable, timetable_preview
from ambassadors.services.timetable import Timetable
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat

ME = Actor("ambassador", 1)
TUESDAY = date(2027, 3, 2)
WEEK = Timetable(
    weekly=parse_weekly("Mon 09:00-12:00; Mon 14:00-17:30; Wed 10:00-11:00"),
    exceptions=(DayHours(TUESDAY, ((600, 720),)), DayHours(date(2027, 3, 3))),
    time_off=(TimeOff(date(2027, 3, 8), date(2027, 3, 12)),),
    rules=Rules(lengths=(30,), notice=60, horizon=21, daily_cap=2, weekly_cap=5),
    day_notes={TUESDAY: "dentist"},
    off_notes={date(2027, 3, 8): "spring break"},
)


def refusal(work: Callable[[], Any]) -> tuple[str, int, str | None]:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.text, caught.value.status, caught.value.field


def save_hours(
    session: Session, ambassador: Ambassador, one: Timetable, now: datetime
) -> Ambassador:
    return write(session, lambda s: timetable.edit(s, ambassador.id, one, now))


def test_a_timetable_is_saved_and_read_again(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    save_hours(session, ana, WEEK, now)
    kept = timetable.read(roster.find(session, ana.id))
    assert kept == replace(WEEK, day_notes={TUESDAY: "dentist", date(2027, 3, 3): ""})
    assert save_hours(session, ana, WEEK, now).exceptions[0].note == "dentist"


def test_days_that_are_over_stay_as_they_were(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    save_hours(session, ana, WEEK, now)
    later = now + timedelta(days=20)
    save_hours(session, ana, Timetable(weekly=WEEK.weekly), later)
    row = roster.find(session, ana.id)
    assert [one.day for one in row.exceptions] == [TUESDAY, date(2027, 3, 3)]
    assert timetable.read(row, timetable.today_of(row, later)) == Timetable(weekly=WEEK.weekly)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (
            {"rules": Rules(lengths=())},
            "lengths",
            "Choose at least one length: 20, 30 or 45 minutes.",
        ),
        (
            {"rules": Rules(lengths=(25,))},
            "lengths",
            "Choose at least one length: 20, 30 or 45 minutes.",
        ),
        (
            {"rules": Rules(after=241)},
            "after",
            "The break after a chat must be from 0 to 240 minutes.",
        ),
        (
            {"rules": Rules(before=-1)},
            "before",
            "The break before a chat must be from 0 to 240 minutes.",
        ),
        (
            {"rules": Rules(notice=20161)},
            "notice",
            "The notice must be from 0 to 20160 minutes (14 days).",
        ),
        (
            {"rules": Rules(horizon=0)},
            "horizon",
            "How far ahead chats can be booked must be from 1 to 180 days.",
        ),
        (
            {"rules": Rules(daily_cap=25)},
            "daily_cap",
            "The cap of a day must be from 0 to 24 chats.",
        ),
        (
            {"rules": Rules(weekly_cap=101)},
            "weekly_cap",
            "The cap of a week must be from 0 to 100 chats.",
        ),
        (
            {"weekly": (WeeklySpan(0, 540, 720), WeeklySpan(0, 700, 800))},
            "day-0",
            "Monday’s hours: 09:00–12:00 and 11:40–13:20 overlap.",
        ),
        (
            {"weekly": (WeeklySpan(2, 720, 720),)},
            "day-2",
            "Wednesday’s hours: 12:00–12:00 must end after it begins, on the same day.",
        ),
        (
            {"exceptions": (DayHours(TUESDAY), DayHours(TUESDAY))},
            "exceptions",
            "There are two exceptions on 2027-03-02.",
        ),
        (
            {"exceptions": (DayHours(TUESDAY, ((0, 1441),)),)},
            "exceptions",
            "The hours on 2027-03-02: 00:00–24:01 must end after it begins, on the same day.",
        ),
        (
            {"time_off": (TimeOff(TUESDAY, TUESDAY - timedelta(days=1)),)},
            "time-off",
            "Time off must end on its first day or later.",
        ),
        (
            {"time_off": (TimeOff(TUESDAY, TUESDAY),) * 201},
            "exceptions",
            "At most 200 exceptions can be kept.",
        ),
    ],
)
def test_a_timetable_that_makes_no_sense_is_refused_and_nothing_is_saved(
    session: Session, now: datetime, change: dict[str, Any], field: str, sentence: str
) -> None:
    ana = make_ambassador(session)
    before = timetable.read(roster.find(session, ana.id))
    wrong = replace(WEEK, **change)
    assert refusal(lambda: save_hours(session, ana, wrong, now)) == (sentence, 422, field)
    assert timetable.read(roster.find(session, ana.id)) == before


def test_the_preview_shows_what_unsaved_hours_would_give(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, hours="")
    row = roster.find(session, ana.id)
    unsaved = Timetable(weekly=parse_weekly("Wed 09:00-10:00"), rules=Rules(after=0))
    shown = timetable_preview.preview(session, row, unsaved, 30, now)
    assert shown.starts == tuple(
        datetime(2027, 3, day, hour, minute, tzinfo=UTC)
        for day in (3, 10)
        for hour, minute in ((14, 0), (14, 15), (14, 30))
    )


def test_the_preview_leaves_out_what_is_booked(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, hours="Wed 09:00-10:00")
    make_chat(session, ana, datetime(2027, 3, 3, 14, 0, tzinfo=UTC), now)
    row = roster.find(session, ana.id)
    shown = timetable_preview.preview(session, row, timetable.read(row), 20, now)
    assert [start.day for start in shown.starts] == [10, 10, 10]


def test_a_length_that_is_not_offered_is_shown_as_the_shortest(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session)
    row = roster.find(session, ana.id)
    assert timetable_preview.preview(session, row, WEEK, 20, now).minutes == 30


def test_why_not_answers_for_unsaved_hours(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    row = roster.find(session, ana.id)
    nine_on_wednesday = datetime(2027, 3, 3, 14, 0, tzinfo=UTC)
    kept, unsaved = timetable.read(row), replace(WEEK, exceptions=())
    assert timetable_preview.why_not(session, row, kept, nine_on_wednesday, 30, now) is None
    answer = timetable_preview.why_not(session, row, unsaved, nine_on_wednesday, 30, now)
    assert answer is not None
    assert answer.code == "closed"
