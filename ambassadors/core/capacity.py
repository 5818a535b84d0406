"""What an ambassador has left: their free starts, and how many chats two weeks still hold."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta

from ambassadors.core.hours import week_of
from ambassadors.core.slots import Diary, starts
from ambassadors.core.spans import DAY, minute_of


@dataclass(frozen=True)
class Free:
    """An ambassador's bookable starts (epoch minutes, in order) for their shortest chat."""

    starts: tuple[int, ...]
    minutes: int


def free_of(diary: Diary, now: datetime) -> Free:
    """All bookable starts within the horizon, for the shortest length that is offered."""
    minutes = min(diary.rules.lengths, default=0)
    first = minute_of(now)
    found = starts(diary, first, first + (diary.rules.horizon + 1) * DAY, minutes, now)
    return Free(tuple(found), minutes)


def chats_left(diary: Diary, free: Free, now: datetime) -> int:
    """How many more chats fit into this week and the next, as the ambassador's zone counts them.

    Of each of the two Monday weeks what the weekly cap leaves, and never more than there are
    bookable starts in it, nor than the weekly guard has room for.
    """
    zone, cap = diary.hours.zone, diary.rules.weekly_cap
    monday = week_of(zone, minute_of(now))
    total = 0
    for week in (monday, monday + timedelta(days=7)):
        first, after = (
            bisect_left(free.starts, day, key=lambda start: week_of(zone, start))
            for day in (week, week + timedelta(days=7))
        )
        left = cap - diary.chats_in_week.get(week, 0)
        total += max(0, min(left, after - first))
    if diary.guard is None or not total:
        return total
    begin, end = free.starts[0], free.starts[-1] + 1
    room = diary.guard.room(diary.worked, free.minutes, begin, end)
    return total if room is None else min(total, room)
