"""Slots: the starts at which a chat can be booked, or why a start is none.

A chat [s, s + minutes) must lie inside one open span of the hours. Starts stand every 15 minutes
from where that span begins, whatever is booked in it. The chat with its buffers must not overlap
another chat's blocked span nor the calendar's busy time. It keeps notice and horizon, and the
caps of the local date and the Monday week in which it starts.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from ambassadors.core.diaries import DayCap, Diary, Rules
from ambassadors.core.hours import (
    Hours,
    begin_of,
    day_number,
    local_date,
    plain_spans,
    week_of,
)
from ambassadors.core.room import blocked_by, could_take, full_by
from ambassadors.core.said import said, shown, together
from ambassadors.core.spans import DAY, WEEK, ceil_minute_of, minute_of
from ambassadors.core.why_not import away_text, full_day_text, full_week_text, hours_of_text
from ambassadors.core.wording import clock_text, days_text, listed, notice_text
from ambassadors.core.zones import wall_minute

__all__ = [
    "GRID", "DayCap", "Diary", "Rules", "WhyNot", "bookable_range", "could_take", "first_starts",
    "nearest", "starts", "why_closed", "why_guarded", "why_not",
]  # fmt: skip

GRID = 15
BLOCKED = {
    "taken": said("Another chat, or the break around it, takes that time."),
    "busy": said("The calendar is busy at that time or in the break around it."),
}
WORK_FULL = said("There is no time left for a chat of that length in this week.")


@dataclass(frozen=True)
class WhyNot:
    """Why a start is no slot. `code` is one of past, notice, horizon, length, closed, exception,
    time-off, grid, taken, busy, day-full, week-full, work-full, inactive; `text` says it in a
    sentence. `inside` says it to staff and the ambassador, where prospects are told less.
    """

    code: str
    text: str
    inside: str = ""


def starts(diary: Diary, start: int, end: int, minutes: int, now: datetime) -> list[int]:
    """The bookable starts within the epoch minutes [start, end), in order."""
    found: list[int] = []
    for run in runs(diary, start, end, minutes, now):
        found += run
    return found


def runs(diary: Diary, start: int, end: int, minutes: int, now: datetime) -> Iterator[range]:
    """The same starts as runs of equal steps, in order; made one after the other as asked for."""
    earliest, latest = bookable_range(diary.rules, now)
    start, end = max(start, earliest), min(end, latest + 1)
    if start >= end or not _offers(diary, minutes):
        return
    for week in range(start // WEEK, (end - 1) // WEEK + 1):
        for run in _runs_of_week(diary, week, minutes):
            inside = run[bisect_left(run, start) : bisect_left(run, end)]
            if inside:
                yield inside


def _runs_of_week(diary: Diary, week: int, minutes: int) -> list[range]:
    """The starts of an epoch week, whatever the time now; found once."""
    found = diary.known.get((week, minutes))
    if found is None:
        bars = diary.bars.get(minutes)
        if bars is None:
            bars = diary.bars[minutes] = _bars(diary, minutes)
        grids = _grids(diary.hours, week * WEEK, week * WEEK + WEEK, minutes)
        found = diary.known[week, minutes] = _sweep(grids, bars)
    return found


def first_starts(diary: Diary, minutes: int, now: datetime, count: int) -> list[int]:
    """The next `count` bookable starts; looks no further ahead than it must."""
    earliest, latest = bookable_range(diary.rules, now)
    found = chain.from_iterable(runs(diary, earliest, latest + 1, minutes, now))
    return list(islice(found, count))


def nearest(diary: Diary, start: int, minutes: int, now: datetime, count: int = 3) -> list[int]:
    """The `count` bookable starts nearest to another start, which is left out; nearest first and
    of two as near the earlier one.
    """
    earliest, latest = bookable_range(diary.rules, now)
    reach = DAY
    while True:
        around = starts(diary, start - reach, start + reach + 1, minutes, now)
        found = [one for one in around if one != start]
        if len(found) >= count or (start - reach <= earliest and start + reach >= latest):
            return sorted(found, key=lambda one: (abs(one - start), one))[:count]
        reach *= 4


def why_not(diary: Diary, start: int, minutes: int, now: datetime) -> WhyNot | None:
    """Why a chat cannot be booked at an epoch minute: the first reason; None when it can.

    None exactly for what `starts` lists.
    """
    if not diary.active:
        return WhyNot("inactive", said("No chats are offered at present."))
    return (
        _why_rules(diary.rules, start, minutes, now)
        or _why_hours(diary.hours, start, minutes)
        or _why_blocked(diary, start, minutes)
        or _why_full(diary, start, minutes)
    )


def why_closed(hours: Hours, minute: int) -> WhyNot:
    """Why the hours are closed at an epoch minute that lies in none of them."""
    return _why_closed(hours, minute, "")


def why_guarded(diary: Diary, start: int, minutes: int) -> str:
    """What the weekly guard says of a chat at a time, in words for staff; nothing if it agrees."""
    guard = diary.guard
    if guard is None or not guard.forbids(diary.worked, start, minutes):
        return ""
    return guard.tell(diary.worked, start, minutes)


def bookable_range(rules: Rules, now: datetime) -> tuple[int, int]:
    """The first and the last epoch minute that keep notice and horizon, both included."""
    return ceil_minute_of(now) + rules.notice, minute_of(now) + rules.horizon * DAY


def anchored_spans(hours: Hours, start: int, end: int) -> list[tuple[int, int]]:
    """The open spans that touch the epoch minutes [start, end), each from its true beginning."""
    midnight = start - start % DAY
    spans = plain_spans(hours, midnight, end)
    if spans and spans[0][0] == midnight:
        spans[0] = (begin_of(hours, midnight), spans[0][1])
    return spans


def _offers(diary: Diary, minutes: int) -> bool:
    """Whether there can be any start at all of that length."""
    rules = diary.rules
    return diary.active and minutes in rules.lengths and min(rules.daily_cap, rules.weekly_cap) > 0


def _grids(hours: Hours, start: int, end: int, minutes: int) -> list[tuple[int, int]]:
    """For each open span the first start in [start, end) and where its starts stop, in order."""
    grids = []
    for opens, closes in anchored_spans(hours, start, end + minutes):
        first = opens if opens >= start else start + (opens - start) % GRID
        stop = closes - minutes + 1
        if stop > end:
            stop = end
        if first < stop:
            grids.append((first, stop))
    return grids


def _bars(diary: Diary, minutes: int) -> list[tuple[int, int]]:
    """The spans in which no chat may start, by their beginning; they may overlap."""
    ahead, behind = minutes + diary.rules.after - 1, diary.rules.before
    bars = [
        (start - ahead, end + behind)
        for spans in (diary.taken, diary.busy)
        for start, end in spans
        if start < end
    ]
    bars += diary.full_spans(minutes)
    bars.sort()
    return bars


def _sweep(grids: list[tuple[int, int]], bars: list[tuple[int, int]]) -> list[range]:
    """The starts of the grids that lie in no bar, in runs. Both in order; one pass over both."""
    found: list[range] = []
    ordered = iter(bars)
    bar = next(ordered, None)
    for first, stop in grids:
        while bar is not None and bar[0] < stop:
            if bar[1] > first:
                if first < bar[0]:
                    found.append(range(first, bar[0], GRID))
                first = bar[1] + (first - bar[1]) % GRID
                if bar[1] >= stop:
                    break  # it may reach into the next grid too
            bar = next(ordered, None)
        if first < stop:
            found.append(range(first, stop, GRID))
    return found


def _why_rules(rules: Rules, start: int, minutes: int, now: datetime) -> WhyNot | None:
    earliest, latest = bookable_range(rules, now)
    if start < ceil_minute_of(now):
        return WhyNot("past", said("That time has passed."))
    if start < earliest:
        notice = shown(notice_text, rules.notice)
        return WhyNot("notice", said("Chats need at least {notice} notice.", notice=notice))
    if start > latest:
        days = shown(days_text, rules.horizon)
        return WhyNot("horizon", said("Chats can be booked at most {days} ahead.", days=days))
    if minutes not in rules.lengths:
        lengths = shown(listed, [str(length) for length in rules.lengths], "or")
        return WhyNot("length", said("Chats last {lengths} minutes.", lengths=lengths))
    return None


def _why_hours(hours: Hours, start: int, minutes: int) -> WhyNot | None:
    end = start + minutes
    spans = anchored_spans(hours, start, end)
    around = next((span for span in spans if span[0] <= start < span[1]), None)
    if around is None:
        return _why_closed(hours, start, "")
    opens, closes = around
    if closes < end:
        over = said("A chat of {minutes} minutes would run past the hours.", minutes=minutes)
        return _why_closed(hours, closes, over)
    if (start - opens) % GRID:
        begin = shown(clock_text, wall_minute(hours.zone, opens) % DAY)
        every = said("Chats start every {grid} minutes from {begin}.", grid=GRID, begin=begin)
        return WhyNot("grid", every)
    return None


def _why_closed(hours: Hours, minute: int, before: str) -> WhyNot:
    """Why the hours are closed at an epoch minute, after what is to be said `before`."""
    day = local_date(hours.zone, minute)
    number = day_number(day)
    for off in hours.time_off:
        if off.first <= day <= off.last:
            return WhyNot("time-off", together(before, away_text(off)))
    spans, dated = hours.of_day(number), number in hours.dated
    code = "exception" if dated else "closed"
    return WhyNot(code, together(before, hours_of_text(spans, dated, day)))


def _why_blocked(diary: Diary, start: int, minutes: int) -> WhyNot | None:
    code = blocked_by(diary, start, minutes)
    return WhyNot(code, BLOCKED[code]) if code else None


def _why_full(diary: Diary, start: int, minutes: int) -> WhyNot | None:
    code = full_by(diary, start, minutes)
    if code == "none":
        return WhyNot("day-full", said("No chats are taken at present."))
    if code == "day-full":
        day = local_date(diary.hours.zone, start)
        return WhyNot(code, full_day_text(diary.cap_on(day), day))
    if code == "week-full":
        monday = week_of(diary.hours.zone, start)
        return WhyNot(code, full_week_text(diary.rules.weekly_cap, monday))
    if code == "work-full":
        return WhyNot(code, WORK_FULL, why_guarded(diary, start, minutes))
    return None
