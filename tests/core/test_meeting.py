"""Whether two people can meet, and how many chats two weeks still hold."""

from datetime import UTC, date, datetime

from ambassadors.core.capacity import Free, chats_left, free_of
from ambassadors.core.hours import Hours, parse_weekly
from ambassadors.core.meeting import meeting_table
from ambassadors.core.slots import Diary, Rules
from ambassadors.core.waking import Awake

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in Boston
MONDAY, NEXT = date(2027, 3, 1), date(2027, 3, 8)


def diary(hours, **values):
    rules = Rules(**{"weekly_cap": 3, "notice": 0, **values.pop("rules", {})})
    return Diary(Hours("America/New_York", parse_weekly(hours)), rules, **values)


def left(one):
    return chats_left(one, free_of(one, NOW), NOW)


def test_what_is_left_of_this_week_and_the_next_is_added():
    open_all_week = "Tue 09:00-17:00; Thu 09:00-17:00"
    assert left(diary(open_all_week)) == 6
    assert left(diary(open_all_week, chats_in_week={MONDAY: 1, NEXT: 2})) == 3
    assert left(diary(open_all_week, chats_in_week={MONDAY: 9})) == 3


def test_a_week_without_a_start_that_can_be_booked_adds_nothing():
    assert left(diary("Mon 08:00-09:00")) == 3
    assert left(diary("Tue 09:00-09:20")) == 2  # one start in each week
    assert left(diary("Tue 09:00-17:00", rules={"horizon": 3})) == 3
    assert left(diary("Tue 09:00-17:00", active=False)) == 0


def test_a_free_time_counts_when_the_prospect_is_awake():
    morning = free_of(diary("Tue 10:00-11:00"), NOW)  # from 22:00 in Shanghai, 14:00 in London
    late = free_of(diary("Tue 20:00-21:00"), NOW)  # 9:00 in Shanghai, 1:00 in London
    table = meeting_table(
        [Awake("Asia/Shanghai"), Awake("Europe/London")], [morning, late, Free((), 20)]
    )
    assert table.tolist() == [[False, True, False], [True, False, False]]


def test_waking_hours_can_be_others():
    morning = free_of(diary("Tue 10:00-11:00"), NOW)
    assert meeting_table([Awake("Asia/Shanghai", (8 * 60, 24 * 60))], [morning]).tolist() == [
        [True]
    ]


def test_a_chat_must_end_before_bedtime():
    (start, *_) = free_of(diary("Tue 08:45-09:30"), NOW).starts  # 21:45 in Shanghai
    assert meeting_table([Awake("Asia/Shanghai")], [Free((start,), 15)]).tolist() == [[True]]
    assert meeting_table([Awake("Asia/Shanghai")], [Free((start,), 20)]).tolist() == [[False]]


def test_with_nobody_free_nobody_meets():
    assert meeting_table([Awake("UTC")], [Free((), 20)]).tolist() == [[False]]
    assert meeting_table([], []).shape == (0, 0)
