"""When two people can meet: an ambassador's free starts and a prospect's waking hours."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from ambassadors.core.hours import Hours, WeeklySpan, plain_spans, week_of
from ambassadors.core.slots import Diary, starts
from ambassadors.core.spans import DAY, minute_of
from ambassadors.core.waking import Awake


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
    bookable starts in it.
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
    return total


def meeting_table(waking: Sequence[Awake], everyone: Sequence[Free]) -> npt.NDArray[np.bool_]:
    """Whether some free start lies within waking hours, to its end.

    A row for each of `waking`, a column for each ambassador.
    """
    table = np.zeros((len(waking), len(everyone)), bool)
    owners = np.repeat(np.arange(len(everyone)), [len(one.starts) for one in everyone])
    if not owners.size:
        return table
    begins = np.array([start for one in everyone for start in one.starts], np.int64)
    ends = begins + np.array([one.minutes for one in everyone], np.int64)[owners]
    for row, awake in enumerate(waking):
        spans = np.array(_spans(awake, int(begins.min()), int(ends.max())), np.int64)
        place = np.searchsorted(spans[:, 0], begins, "right") - 1
        fits = (place >= 0) & (ends <= spans[place, 1])
        table[row] = np.bincount(owners[fits], minlength=len(everyone)) > 0
    return table


def _spans(awake: Awake, first: int, last: int) -> list[tuple[int, int]]:
    """When somebody is awake; a day more at either end, so never without a span."""
    weekly = tuple(WeeklySpan(day, *awake.waking) for day in range(7))
    return plain_spans(Hours(awake.zone, weekly), first - 2 * DAY, last + 2 * DAY)
