"""How much time an ambassador has left: open hours less what is taken, busy, or full."""

from datetime import datetime, timedelta

from ambassadors.core.hours import plain_spans, spans_of_date, week_of
from ambassadors.core.slots import Diary, bookable_range
from ambassadors.core.spans import minute_of, subtract

WEEK = timedelta(days=7)


def free_minutes(diary: Diary, start: int, end: int) -> int:
    """The minutes of [start, end) in which chats can still take place; breaks count as taken."""
    rules = diary.rules
    if not diary.active or min(rules.daily_cap, rules.weekly_cap) <= 0 or start >= end:
        return 0
    full = diary.full_spans(min(rules.lengths, default=0))
    free = subtract(plain_spans(diary.hours, start, end), [*diary.taken, *diary.busy, *full])
    return sum(last - first for first, last in free)


def minutes_left_this_week(diary: Diary, now: datetime) -> int:
    """`free_minutes` from the end of the notice to the end of the week, Monday to Sunday there."""
    zone = diary.hours.zone
    next_monday = week_of(zone, minute_of(now)) + WEEK
    earliest, _ = bookable_range(diary.rules, now)
    return free_minutes(diary, earliest, spans_of_date(zone, next_monday)[0].start)
