"""The weekly guard: what it counts, when it holds, which times it takes away, how it is told."""

from datetime import UTC, date, datetime

import pytest

from ambassadors.core.capacity import chats_left, free_of
from ambassadors.core.free_time import minutes_left_this_week
from ambassadors.core.guarding import Guard, guard_for, minutes_for
from ambassadors.core.handing import with_chat
from ambassadors.core.hours import Hours, WeeklySpan
from ambassadors.core.slots import Diary, Rules, could_take, starts, why_not
from ambassadors.core.spans import DAY, minute_of

BOSTON = "America/New_York"
NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday
SUNDAY, NEXT = date(2027, 2, 28), date(2027, 3, 7)
TEN = minute_of(datetime(2027, 3, 3, 15, 0, tzinfo=UTC))  # ten on Wednesday in Boston
MORNINGS = Hours(BOSTON, tuple(WeeklySpan(day, 600, 660) for day in range(7)))


def diary(guard: Guard, **worked: int) -> Diary:
    minutes = {{"this": SUNDAY, "next": NEXT}[key]: value for key, value in worked.items()}
    return Diary(MORNINGS, Rules(notice=0, after=0, horizon=12), guard=guard, worked=minutes)


def days(one: Diary, minutes: int) -> list[int]:
    """The days of March on which a chat of that length can start."""
    first = minute_of(NOW) - 600
    found = starts(one, first, first + 13 * DAY, minutes, NOW)
    return sorted({1 + (start - first) // DAY for start in found})


def test_a_full_week_offers_nothing_and_the_next_one_does() -> None:
    one = diary(Guard(BOSTON, elsewhere=19 * 60), this=40)
    assert days(one, 20) == [*range(1, 14)]
    assert days(one, 30) == [*range(7, 14)]


def test_who_works_all_hours_elsewhere_has_no_time_while_classes_are_held() -> None:
    assert days(diary(Guard(BOSTON, elsewhere=20 * 60)), 20) == []
    only_next = Guard(BOSTON, elsewhere=20 * 60, weeks=frozenset([NEXT]))
    assert days(diary(only_next), 20) == [*range(1, 7)]


def test_the_reason_names_hours_elsewhere_to_staff_alone() -> None:
    one = diary(Guard(BOSTON, elsewhere=19 * 60), this=45)
    reason = why_not(one, TEN, 30, NOW)
    assert reason is not None
    assert (reason.code, reason.text) == (
        "work-full",
        "There is no time left for a chat of that length in this week.",
    )
    assert reason.inside == (
        "With this chat they would work 20 h 15 min in the pay week from Sunday, February 28: "
        "1 h 15 min of chats and 19 h elsewhere on campus. In a week of classes 20 h is the most."
    )


def test_a_chat_handed_over_counts_for_the_next_one() -> None:
    one = diary(Guard(BOSTON, elsewhere=19 * 60))
    assert could_take(one, TEN, 30)
    assert could_take(with_chat(one, TEN, 30), TEN + DAY, 30)
    twice = with_chat(with_chat(one, TEN, 30), TEN + DAY, 30)
    assert (could_take(twice, TEN + 2 * DAY, 30), could_take(twice, TEN + 7 * DAY, 30)) == (
        False,
        True,
    )


def test_what_is_left_ends_with_the_guard() -> None:
    free = diary(Guard(BOSTON))
    full = diary(Guard(BOSTON, elsewhere=20 * 60))
    assert [minutes_left_this_week(one, NOW) > 0 for one in (free, full)] == [True, False]
    little = diary(Guard(BOSTON, elsewhere=19 * 60))
    assert chats_left(little, free_of(little, NOW), NOW) == 6  # of 20 minutes, three a week
    assert chats_left(free, free_of(free, NOW), NOW) > 6


@pytest.mark.parametrize(
    ("status", "minutes"), [("held", 45), ("confirmed", 45), ("completed", 45), ("no_show", 15)]
)
def test_a_chat_that_is_not_marked_yet_counts_in_full(status: str, minutes: int) -> None:
    assert minutes_for(status, 45) == minutes


@pytest.mark.parametrize(
    ("other", "cap", "guarded"), [(None, 8, False), (8, 8, False), (9, 8, True), (None, 14, True)]
)
def test_who_cannot_come_near_the_limit_has_no_guard(
    other: int | None, cap: int, guarded: bool
) -> None:
    assert (guard_for(Guard(BOSTON), other, cap) is not None) == guarded
