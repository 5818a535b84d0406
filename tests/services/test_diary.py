"""Diaries: what an ambassador offers, less what their chats take of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.hours import DayHours, Hours, TimeOff, WeeklySpan
from ambassadors.core.refused import Refused
from ambassadors.core.slots import Diary, Rules, why_not
from ambassadors.core.spans import Span, minute_of
from ambassadors.models import Ambassador, Chat, HoursException
from ambassadors.models import TimeOff as TimeOffRow
from ambassadors.services import booking, timetable, timetable_preview
from ambassadors.services.booking.places import require_free
from ambassadors.services.diary import load_diaries, load_diary, slots_of
from ambassadors.services.writing import write
from tests.factories import make_ambassador, make_chat, make_hold

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)  # 10:00 in Boston
TEN_MINUTES = timedelta(minutes=10)
MONDAY = date(2027, 3, 1)
EVER = (datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 8, 1, tzinfo=UTC))


def diary_of(session: Session, ambassador: Ambassador, now: datetime) -> Diary:
    return load_diary(session, ambassador.id, *EVER, now)


def span(start: datetime, minutes: int) -> Span:
    return Span(minute_of(start), minute_of(start) + minutes)


def statements(session: Session, work: Callable[[], object]) -> int:
    """How many statements some work sends to the database in a transaction of its own."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    engine = session.connection().engine
    session.rollback()
    session.connection()
    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_a_diary_has_the_hours_and_rules_of_its_ambassador(session: Session, now: datetime) -> None:
    ana = make_ambassador(
        session,
        hours="Mon 09:00-12:00; Wed 14:00-17:30",
        time_zone="Europe/Berlin",
        exceptions=[
            HoursException(day=date(2027, 3, 8), spans=[[600, 660], [720, 780]]),
            HoursException(day=date(2027, 3, 15), spans=[]),
        ],
        time_off=[TimeOffRow(first_day=date(2027, 4, 1), last_day=date(2027, 4, 9))],
        lengths=[20, 45],
        buffer_before=5,
        buffer_after=15,
        notice_minutes=60,
        horizon_days=14,
        daily_cap=2,
        weekly_cap=4,
    )
    hours = Hours(
        "Europe/Berlin",
        (WeeklySpan(0, 540, 720), WeeklySpan(2, 840, 1050)),
        (DayHours(date(2027, 3, 8), ((600, 660), (720, 780))), DayHours(date(2027, 3, 15))),
        (TimeOff(date(2027, 4, 1), date(2027, 4, 9)),),
    )
    assert diary_of(session, ana, now) == Diary(hours, Rules((20, 45), 5, 15, 60, 14, 2, 4))


def test_live_chats_take_their_time_with_buffers_and_count(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    make_chat(session, ana, WEDNESDAY, now)
    make_hold(session, ana, WEDNESDAY + 2 * HOUR, now)
    diary = diary_of(session, ana, now)
    assert sorted(diary.taken) == [span(WEDNESDAY, 40), span(WEDNESDAY + 2 * HOUR, 40)]
    assert diary.chats_on == {WEDNESDAY.date(): 2}
    assert diary.chats_in_week == {MONDAY: 2}


def test_a_hold_takes_nothing_once_it_is_over(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    make_hold(session, ana, WEDNESDAY, now)
    last_moment = now + TEN_MINUTES - timedelta(microseconds=1)
    assert diary_of(session, ana, last_moment).taken == (span(WEDNESDAY, 40),)
    assert diary_of(session, ana, now + TEN_MINUTES) == diary_of(session, ana, now + DAY)
    assert diary_of(session, ana, now + TEN_MINUTES).chats_on == {}


def test_a_cancelled_chat_takes_nothing_and_counts_nothing(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    before = diary_of(session, ana, now)
    chat = make_chat(session, ana, WEDNESDAY, now)
    write(session, lambda s: booking.cancel(s, chat.uid, Actor("prospect"), now))
    assert diary_of(session, ana, now) == before


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_a_chat_that_was_counts_but_takes_no_time(
    session: Session, now: datetime, status: str
) -> None:
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    write(
        session, lambda s: s.execute(update(Chat).where(Chat.id == chat.id).values(status=status))
    )
    diary = diary_of(session, ana, now)
    assert (diary.taken, diary.chats_in_week) == ((), {MONDAY: 1})


def test_the_chat_that_is_being_moved_is_left_out(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    chat = make_chat(session, ana, WEDNESDAY, now)
    make_chat(session, ana, WEDNESDAY + DAY, now)
    diary = load_diary(session, ana.id, *EVER, now, without=chat.id)
    assert diary.taken == (span(WEDNESDAY + DAY, 40),)
    assert diary.chats_in_week == {MONDAY: 1}


def test_a_window_of_no_length_has_what_decides_about_its_one_start(
    session: Session, now: datetime
) -> None:
    ana = make_ambassador(session, hours="Mon 09:00-17:00; Sun 09:00-24:00", weekly_cap=1)
    sunday = datetime(2027, 3, 7, 15, 0, tzinfo=UTC)
    make_chat(session, ana, now + DAY * 7, now)
    week = load_diary(session, ana.id, sunday, sunday, now)
    next_week = load_diary(session, ana.id, sunday + DAY * 7, sunday + DAY * 7, now)
    assert why_not(week, minute_of(sunday), 30, now) is None
    reason = why_not(next_week, minute_of(sunday + DAY * 7 - HOUR), 30, now)
    assert reason is not None
    assert reason.code == "week-full"


@pytest.mark.parametrize(
    ("values", "active"),
    [({}, True), ({"status": "invited"}, False), ({"status": "inactive"}, False)],
)
def test_only_an_active_ambassador_is_offered(
    session: Session, now: datetime, values: dict[str, str], active: bool
) -> None:
    assert diary_of(session, make_ambassador(session, **values), now).active == active


def test_a_change_of_hours_shows_at_once(session: Session, now: datetime) -> None:
    ana = make_ambassador(session, hours="Wed 10:00-10:30")
    window = (ana.id, WEDNESDAY - DAY, WEDNESDAY + DAY, 30, now)
    assert slots_of(session, *window) == [WEDNESDAY]
    off = TimeOffRow(first_day=WEDNESDAY.date(), last_day=WEDNESDAY.date())
    write(session, lambda s: ana.time_off.append(off))
    assert slots_of(session, *window) == []


def test_slots_lie_from_the_first_moment_up_to_the_last(session: Session, now: datetime) -> None:
    ana = make_ambassador(session)
    quarter = timedelta(minutes=15)
    inside = (WEDNESDAY + timedelta(seconds=1), WEDNESDAY + 2 * quarter)
    assert slots_of(session, ana.id, *inside, 30, now) == [WEDNESDAY + quarter]


def test_everybodys_diaries_come_by_id_and_nobodys_is_left_out(
    session: Session, now: datetime
) -> None:
    ana, bo = make_ambassador(session), make_ambassador(session, "Bo", time_zone="Asia/Kolkata")
    assert set(load_diaries(session, None, *EVER, now)) == {ana.id, bo.id}
    some = load_diaries(session, [bo.id, 999], *EVER, now)
    assert {one: diary.hours.zone for one, diary in some.items()} == {bo.id: "Asia/Kolkata"}
    assert load_diaries(session, [], *EVER, now) == {}


def test_nobodys_diary_is_not_found(session: Session, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        load_diary(session, 999, *EVER, now)
    assert (refusal.value.status, refusal.value.text) == (404, "There is no such ambassador.")


@pytest.mark.parametrize("people", [1, 3])
def test_the_queries_are_two_however_many_ambassadors(
    session: Session, now: datetime, people: int
) -> None:
    for number in range(people):
        make_chat(session, make_ambassador(session, f"Ana {number}"), WEDNESDAY, now)
    session.rollback()
    load_diaries(session, None, *EVER, now)  # hours and rules are kept from here on
    found = load_diaries(session, None, *EVER, now)
    assert [len(diary.taken) for diary in found.values()] == [1] * people
    assert statements(session, lambda: load_diaries(session, None, *EVER, now)) == 2


@pytest.mark.parametrize(
    ("far", "code"),
    [
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "horizon"),
        (datetime(1, 1, 1, 0, 0, tzinfo=UTC), "past"),
    ],
)
def test_a_time_at_the_end_of_all_calendars_is_refused_like_any_other(
    session: Session, now: datetime, far: datetime, code: str
) -> None:
    ana = make_ambassador(session)
    with pytest.raises(Refused) as refusal:
        require_free(session, ana.id, far, 30, now)
    refusal.value.complete(session)
    reason = timetable_preview.why_not(session, ana, timetable.read(ana), far, 30, now)
    assert reason is not None
    assert (refusal.value.text, reason.code) == (reason.text, code)
    assert len(refusal.value.alternatives) == 3
    assert slots_of(session, ana.id, far, far, 30, now) == []
