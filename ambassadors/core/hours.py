"""An ambassador's hours: weekly ones in wall time, exceptions and time off, made into spans.

An instant is open exactly when its wall time in the zone lies in the hours of its local date.
So 09:00 stays 09:00 across a clock change, an hour that does not exist gives nothing, and an
hour that comes twice gives its real length.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import itemgetter

from ambassadors.core.moments import WEEKDAYS
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import DAY, WEEK, Span, merge
from ambassadors.core.zones import segments, wall_minute

WallSpans = tuple[tuple[int, int], ...]

MOST_WEEKS = 60  # kept of each hours, so that a process that runs for years stays small

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()
_ENTRY = re.compile(r"([a-z]+)\s+(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)", re.ASCII | re.I)


@dataclass(frozen=True)
class WeeklySpan:
    """Hours of every such weekday (0 is Monday), in wall minutes of the day, 0 to 1440."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True)
class DayHours:
    """An exception: the hours of one date instead of its weekly ones; none means closed."""

    day: date
    spans: WallSpans = ()


@dataclass(frozen=True)
class TimeOff:
    """Dates without hours, the first and the last of them included. `name` is said of those that
    the programme has closed for everybody.
    """

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True)
class Hours:
    """Weekly hours in the wall time of an IANA zone. An exception replaces them on its date
    (the last one, were there two) and time off replaces both.
    """

    zone: str
    weekly: tuple[WeeklySpan, ...] = ()
    exceptions: tuple[DayHours, ...] = ()
    time_off: tuple[TimeOff, ...] = ()

    @cached_property
    def week(self) -> tuple[WallSpans, ...]:
        """The weekly hours of each weekday, merged; the days in the order of epoch days."""
        days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for span in self.weekly:
            days[(span.weekday - _EPOCH_WEEKDAY) % 7].append((span.start, span.end))
        return tuple(tuple(merge(day)) for day in days)

    @cached_property
    def dated(self) -> Mapping[int, WallSpans]:
        """The hours of each epoch day that has an exception."""
        return {day_number(one.day): tuple(merge(one.spans)) for one in self.exceptions}

    @cached_property
    def off(self) -> tuple[tuple[int, int], ...]:
        """Time off as half-open pairs of epoch days, in order."""
        return tuple(
            merge((day_number(one.first), day_number(one.last) + 1) for one in self.time_off)
        )

    @cached_property
    def known(self) -> dict[int, list[tuple[int, int]]]:
        """The open spans of epoch weeks, as they were found: see `spans_of_week`."""
        return {}

    def of_day(self, day: int) -> WallSpans:
        """The hours of an epoch day in wall minutes, merged."""
        for first, after in self.off:
            if first <= day < after:
                return ()
        spans = self.dated.get(day)
        return self.week[day % 7] if spans is None else spans


def open_spans(hours: Hours, start: int, end: int) -> list[Span]:
    """When the hours are open within the epoch minutes [start, end): merged, and clipped."""
    return [Span(*span) for span in plain_spans(hours, start, end)]


@lru_cache(maxsize=4096)
def spans_of_date(zone: str, day: date) -> tuple[Span, ...]:
    """When it is that date on the wall: one span, but none or two beside some transitions."""
    whole = Hours(zone, exceptions=(DayHours(day, ((0, DAY),)),))
    midnight = day_number(day) * DAY
    return tuple(open_spans(whole, midnight - DAY, midnight + 2 * DAY))


def begin_of(hours: Hours, minute: int) -> int:
    """Where the open span that reaches up to an epoch minute begins, however far back.

    Hours without a gap have no beginning; then it is a midnight in UTC that suits every window,
    because all of today's offsets are multiples of 15 minutes.
    """
    first_dated = min([*hours.dated, *(first for first, _ in hours.off), minute // DAY])
    begin = minute
    while begin > (first_dated - 8) * DAY:
        earlier = open_spans(hours, begin - WEEK, begin)
        if not earlier or earlier[-1].end < begin:
            return begin
        if earlier[-1].start > begin - WEEK:
            return earlier[-1].start
        begin -= WEEK
    return begin - begin % DAY


def local_date(zone: str, minute: int) -> date:
    """The date on the wall at an epoch minute."""
    return date_numbered(wall_minute(zone, minute) // DAY)


def week_of(zone: str, minute: int) -> date:
    """The Monday of the week that is on the wall at an epoch minute."""
    day = local_date(zone, minute)
    return day - timedelta(days=day.weekday())


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def date_numbered(number: int) -> date:
    """The date so many days after 1970-01-01."""
    return date.fromordinal(number + _EPOCH_DAY)


def parse_weekly(text: str) -> tuple[WeeklySpan, ...]:
    """Weekly hours from text such as `Mon 09:00-12:00; Wed 14:00-17:30`, in order.

    Refused, naming what cannot be read, when an entry is malformed, ends before it begins or
    overlaps another one.
    """
    entries = (entry.strip() for entry in text.split(";"))
    spans = sorted(
        (_parse_entry(entry) for entry in entries if entry),
        key=lambda span: (span.weekday, span.start, span.end),
    )
    for one, other in pairwise(spans):
        if one.weekday == other.weekday and other.start < one.end:
            raise Refused(
                said(
                    "“{format_weekly}” and “{format_weekly2}” overlap.",
                    format_weekly=format_weekly([one]),
                    format_weekly2=format_weekly([other]),
                ),
                field="hours",
            )
    return tuple(spans)


def format_weekly(weekly: Iterable[WeeklySpan]) -> str:
    """Weekly hours as the text that `parse_weekly` reads."""
    spans = sorted(weekly, key=lambda span: (span.weekday, span.start, span.end))
    return "; ".join(
        f"{WEEKDAYS[span.weekday][:3]} {_clock_text(span.start)}-{_clock_text(span.end)}"
        for span in spans
    )


def plain_spans(hours: Hours, start: int, end: int) -> list[tuple[int, int]]:
    """`open_spans` as plain pairs: making named ones takes longer than finding them."""
    spans: list[tuple[int, int]] = []
    for week in range(start // WEEK, (end - 1) // WEEK + 1):
        more = spans_of_week(hours, week)
        if spans and more and spans[-1][1] == more[0][0]:
            spans[-1] = (spans[-1][0], more[0][1])
            more = more[1:]
        spans += more
    first = bisect_right(spans, start, key=itemgetter(1))
    spans = spans[first : bisect_left(spans, end, key=itemgetter(0))]
    if spans:
        spans[0] = (max(spans[0][0], start), spans[0][1])
        spans[-1] = (spans[-1][0], min(spans[-1][1], end))
    return spans


def is_open(hours: Hours, start: int, end: int) -> bool:
    """Whether the hours are open during all of the epoch minutes [start, end)."""
    week = start // WEEK
    if (end - 1) // WEEK != week:
        return plain_spans(hours, start, end) == [(start, end)]
    spans = spans_of_week(hours, week)
    place = bisect_left(spans, (start + 1, 0)) - 1
    return place >= 0 and end <= spans[place][1]


def spans_of_week(hours: Hours, week: int) -> list[tuple[int, int]]:
    """The open spans of an epoch week (from a Thursday, in UTC), found once."""
    found = hours.known.get(week)
    if found is None:
        if len(hours.known) >= MOST_WEEKS:
            hours.known.clear()
        found = hours.known[week] = _find_spans(hours, week * WEEK, week * WEEK + WEEK)
    return found


def _find_spans(hours: Hours, start: int, end: int) -> list[tuple[int, int]]:
    """Segment by segment, within which wall time and UTC run alike, and date by date."""
    spans: list[tuple[int, int]] = []
    week, special = hours.week, bool(hours.dated or hours.off)
    last = None
    for first, after, offset in segments(hours.zone, start, end):
        for day in range((first + offset) // DAY, (after + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in hours.of_day(day) if special else week[day % 7]:
                begin = midnight + opens if midnight + opens > first else first
                finish = midnight + closes if midnight + closes < after else after
                if begin >= finish:
                    continue
                if begin == last:
                    spans[-1] = (spans[-1][0], finish)
                else:
                    spans.append((begin, finish))
                last = finish
    return spans


def _parse_entry(entry: str) -> WeeklySpan:
    read = _ENTRY.fullmatch(entry)
    weekday = _weekday(read[1]) if read else None
    if read is None or weekday is None:
        raise Refused(
            said(
                "“{entry}” cannot be read as hours; write them like “Mon 09:00-12:00”.",
                entry=entry[:40],
            ),
            field="hours",
        )
    start, end = _clock(read[2], read[3]), _clock(read[4], read[5])
    if start is None or end is None:
        raise Refused(
            said("“{entry}” has a time that is not on the clock.", entry=entry), field="hours"
        )
    if start >= end:
        raise Refused(
            said(
                "“{entry}” must end after it begins; split hours that cross midnight.", entry=entry
            ),
            field="hours",
        )
    return WeeklySpan(weekday, start, end)


def _weekday(word: str) -> int | None:
    """The weekday a word of at least three letters abbreviates."""
    found = [n for n, name in enumerate(WEEKDAYS) if name.lower().startswith(word.lower())]
    return found[0] if len(word) >= 3 and found else None


def _clock_text(minute: int) -> str:
    """A wall minute of the day as `09:30`; the end of the day as `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _clock(hour: str, minute: str) -> int | None:
    """The wall minute of the day, 24:00 allowed; None when no clock shows it."""
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= DAY else None
