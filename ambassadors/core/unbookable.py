"""What of the hours cannot be booked, and why: the other side of the slots."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ambassadors.core.diaries import Diary
from ambassadors.core.hours import local_date
from ambassadors.core.slots import GRID, WhyNot, anchored_spans, starts, why_not


@dataclass(frozen=True)
class Gap:
    """Starts (epoch minutes) that follow each other on the grid and are no slots for one reason.

    Both ends are starts. Where the hours are too short for a chat they are one and the same.
    """

    first: int
    last: int
    why: WhyNot


def find_gaps(diary: Diary, start: int, end: int, minutes: int, now: datetime) -> list[Gap]:
    """The gaps of the epoch minutes [start, end), in order; none reaches over midnight."""
    bookable = set(starts(diary, start, end, minutes, now))
    gaps: list[Gap] = []
    for one in grid(diary, start, end, minutes):
        if one in bookable:
            continue
        why = why_not(diary, one, minutes, now)
        if why is None:
            continue
        before = gaps[-1] if gaps else None
        if before and follows(diary.hours.zone, before, one, why):
            gaps[-1] = Gap(before.first, one, before.why)
        else:
            gaps.append(Gap(one, one, why))
    return gaps


def grid(diary: Diary, start: int, end: int, minutes: int) -> Iterator[int]:
    """Where chats would start, were all of the hours free; the beginning of hours too short."""
    for opens, closes in anchored_spans(diary.hours, start, end + minutes):
        last = max(opens, closes - minutes)
        for one in range(opens, last + 1, GRID):
            if start <= one < end:
                yield one


def follows(zone: str, gap: Gap, start: int, why: WhyNot) -> bool:
    """Whether a start goes on with a gap."""
    return (
        start == gap.last + GRID
        and why.code == gap.why.code
        and local_date(zone, start) == local_date(zone, gap.last)
    )
