"""The values of RFC 5545 section 3.3 that decide when somebody is busy: times, lengths, periods."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import NamedTuple

from ambassadors.core.calendars.clocks import UTC_CLOCK, Clock, Clocks, ZoneClock
from ambassadors.core.calendars.components import Line
from ambassadors.core.calendars.faults import Unreadable
from ambassadors.core.said import said

# With the dashes, colons and offsets of ISO 8601, which some programs write.
_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?"
)
_LENGTH = re.compile(
    r"([+-]?)P(?=.)(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?",
    re.IGNORECASE,
)
DAY = timedelta(days=1)


class Moment(NamedTuple):
    """A time as it is written: wall time and its clock; `day` when it is a date only."""

    wall: datetime
    clock: Clock
    day: bool

    @property
    def utc(self) -> datetime:
        """The aware moment, in UTC."""
        return self.clock.utc(self.wall)


@dataclass(frozen=True)
class Length:
    """How long an event lasts: `wall` on the clock (days, DTEND), then `exact` (hours of P…T…)."""

    wall: timedelta
    exact: timedelta = timedelta()

    @property
    def whole(self) -> timedelta:
        return self.wall + self.exact

    def end(self, start: datetime, clock: Clock) -> datetime:
        """The moment at which what starts at a wall time ends.

        Whole as it is where a clock change skips the start: its end is moved as well.
        """
        end, begin = clock.utc(start + self.wall) + self.exact, clock.utc(start)
        if end - begin != self.whole and clock.wall(begin) != start:
            return begin + self.whole
        return end


class Period(NamedTuple):
    """A start with the length it has of its own."""

    start: Moment
    length: Length | None


def read_moment(value: str, name: str | None, clocks: Clocks) -> Moment:
    """A DATE or DATE-TIME; `name` is its TZID. Unreadable."""
    found = _TIME.fullmatch(value)
    if found is None:
        raise Unreadable(said("a time in it cannot be read"))
    year, month, day, hour, minute, second, ahead = found.groups()
    try:
        if hour is None:
            return Moment(datetime(int(year), int(month), int(day)), clocks.home, True)  # noqa: DTZ001
        wall = _wall_time(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
    except (ValueError, OverflowError):
        raise Unreadable(said("a time in it does not exist")) from None
    if ahead is not None:
        return Moment(wall, _offset_clock(ahead), False)
    return Moment(wall, clocks.named(name) if name else clocks.floating, False)


def _wall_time(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    """24:00 is the next day's 00:00; a leap second is the one before."""
    date = datetime(year, month, day)  # noqa: DTZ001 - wall time
    if (hour, minute, second) == (24, 0, 0):
        return date + DAY
    return datetime.combine(date, time(hour, minute, min(second, 59) if second <= 60 else second))


def _offset_clock(ahead: str) -> Clock:
    if ahead in "Zz":
        return UTC_CLOCK
    span = timedelta(hours=int(ahead[1:3]), minutes=int(ahead[-2:]))
    if span >= DAY:
        raise Unreadable(said("a time in it cannot be read"))
    return ZoneClock(timezone(-span if ahead[0] == "-" else span))


def read_length(value: str) -> Length:
    """A DURATION; days and weeks are the clock's, hours are exact. Unreadable."""
    found = _LENGTH.fullmatch(value)
    if found is None:
        raise Unreadable(said("its length cannot be read"))
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    if found[1] == "-" and (weeks or days or hours or minutes or seconds):
        raise Unreadable(said("it ends before it starts"))
    return Length(
        timedelta(weeks=weeks, days=days),
        timedelta(hours=hours, minutes=minutes, seconds=seconds),
    )


def read_line(line: Line, clocks: Clocks) -> Moment:
    """The one time of a line. Unreadable."""
    return read_moment(line.value, line.parameter("TZID"), clocks)


def read_many(line: Line, clocks: Clocks) -> Iterator[Period]:
    """The times or periods of an RDATE, EXDATE or FREEBUSY line. Unreadable."""
    name = line.parameter("TZID")
    for text in line.value.split(","):
        first, slash, second = text.strip().partition("/")
        if first:
            start = read_moment(first, name, clocks)
            yield Period(start, _period_length(start, second, name, clocks) if slash else None)


def _period_length(start: Moment, text: str, name: str | None, clocks: Clocks) -> Length:
    if text[:1] in "+-Pp":
        return read_length(text)
    return length_between(start, read_moment(text, name, clocks))


def length_between(start: Moment, end: Moment) -> Length:
    """From one time to another: on the clock if both have the same. Unreadable when reversed."""
    if start.clock == end.clock or (start.day and end.day):
        length = Length(end.wall - start.wall)
    else:
        length = Length(timedelta(), end.utc - start.utc)
    if length.whole < timedelta():
        raise Unreadable(said("it ends before it starts"))
    return length
