"""RRULE and EXRULE (RFC 5545 section 3.3.10) → the wall times at which something recurs.

dateutil knows the rules; this sees to it that it works on a bounded stretch of time only. A rule
without COUNT is begun again shortly before the stretch, whole periods later, and the walk ends
behind the stretch even when the rule is never met (30 February), where dateutil alone goes on to
the year 9999.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from ambassadors.core.calendars.clocks import Clocks
from ambassadors.core.calendars.faults import Unreadable
from ambassadors.core.calendars.rule_parts import dateutil_parts, read_whole, split_parts
from ambassadors.core.calendars.values import DAY, Moment, read_moment
from ambassadors.core.said import said

LONGEST_RULE = 4000  # characters
MOST_COUNTED = 10_000  # times that a COUNT may ask for
BEGINNING = 30  # steps that the beginning of a rule takes
Frequency = Literal[0, 1, 2, 3]  # dateutil's
_FREQUENCIES: Mapping[str, Frequency] = {
    "YEARLY": YEARLY,
    "MONTHLY": MONTHLY,
    "WEEKLY": WEEKLY,
    "DAILY": DAILY,
}
_TOO_OFTEN = {"HOURLY": said("hour"), "MINUTELY": said("minute"), "SECONDLY": said("second")}


class Effort:
    """How much work one calendar may still make; a step is about three microseconds.

    One event may take an eighth of the whole: it needs many to use up what the others need.
    """

    def __init__(self, steps: int) -> None:
        self._left = steps
        self._most = steps // 8
        self._spent = 0

    def begin(self) -> None:
        """Begins with another event."""
        self._spent = 0

    def spend(self, steps: int) -> None:
        """Takes that much away. Unreadable when there is not enough left."""
        self._spent += steps
        if steps > self._left or self._spent > self._most:
            raise Unreadable(said("its repetitions take too long to work out"))
        self._left -= steps


@dataclass(frozen=True)
class Rule:
    """A rule, checked; `parts` are dateutil's arguments."""

    frequency: Frequency
    interval: int
    count: int | None
    until: Moment | None
    parts: Mapping[str, Any]

    def has_ended_before(self, start: Moment) -> bool:
        """Whether UNTIL lies before the start, so that nothing ever happens."""
        return self.until is not None and not _is_by(start.wall, start, self.until)


def read_rule(text: str, start: Moment, clocks: Clocks) -> Rule:
    """Reads one rule of what starts then. Unreadable when it is wrong or beyond the limits."""
    if len(text) > LONGEST_RULE:
        raise Unreadable(said("its rule is too long"))
    given = split_parts(text)
    frequency = given.get("FREQ", "")
    if frequency in _TOO_OFTEN:
        raise Unreadable(
            said(
                "it repeats by the {unit}; what repeats within a day is not read",
                unit=_TOO_OFTEN[frequency],
            )
        )
    if frequency not in _FREQUENCIES:
        raise Unreadable(said("its rule does not say how often it repeats"))
    if given.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise Unreadable(said("it repeats by a calendar other than the Gregorian"))
    interval = read_whole(given.get("INTERVAL", "1"))
    if interval < 1:
        raise Unreadable(said("it repeats at an interval of nothing (INTERVAL=0)"))
    return Rule(
        _FREQUENCIES[frequency],
        min(interval, 1_000_000),
        _read_count(given.get("COUNT")),
        _read_until(given["UNTIL"], start, clocks) if given.get("UNTIL") else None,
        dateutil_parts(given),
    )


def starts_between(
    rule: Rule, start: Moment, first: datetime, last: datetime, effort: Effort
) -> Iterator[datetime]:
    """The wall times from `first` to `last` at which what started at `start` recurs.

    `start` itself only if the rule meets it. Unreadable when that is too much work.
    """
    last = _latest(rule, start, last)
    if last < max(first, start.wall):
        return
    parts = _completed(rule, start.wall)
    begin = start.wall if rule.count is not None else _begun_again(rule, start.wall, first)
    looks, days = _work(rule, begin, last)
    effort.spend(BEGINNING + days * _weight(parts) // 3)
    walk = _Walk(rule.frequency, begin, rule.interval, count=rule.count, cache=False, **parts)
    walk.looks = looks
    try:
        for wall in walk:
            effort.spend(1)
            if wall > last:
                return
            if wall >= max(first, start.wall) and _is_by(wall, start, rule.until):
                yield wall
    except _Behind:
        return


class _Behind(Exception):
    """The walk has left the stretch of time it was asked about."""


class _Walk(rrule):
    """dateutil's walk, ended after so many months (years, of a yearly rule).

    dateutil asks for `_byeaster`, which RFC 5545 does not know, once for each of them.
    """

    looks = 1_000

    @property
    def _byeaster(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise _Behind

    @_byeaster.setter
    def _byeaster(self, value: None) -> None:
        """Never anything but None."""


def _read_until(text: str, start: Moment, clocks: Clocks) -> Moment:
    """UNTIL without a zone is on the clock of the start."""
    until = read_moment(text, None, clocks)
    floats = until.clock is clocks.floating and not until.day
    return until._replace(clock=start.clock) if floats else until


def _read_count(text: str | None) -> int | None:
    if text is None:
        return None
    count = read_whole(text)
    if count > MOST_COUNTED:
        raise Unreadable(
            said("it repeats more than {most_counted:,} times", most_counted=MOST_COUNTED)
        )
    # Some programs write a negative number for “without end”.
    return count if count > 0 else None


def _completed(rule: Rule, start: datetime) -> dict[str, Any]:
    """The parts with what the rule leaves to its start, so that it can be begun on another day."""
    parts = dict(rule.parts)
    by_day = parts.keys() & {"byweekno", "byyearday", "bymonthday", "byweekday"}
    if rule.frequency == WEEKLY and not by_day:
        parts["byweekday"] = [weekday(start.weekday())]
    elif rule.frequency == MONTHLY and not by_day:
        parts["bymonthday"] = [start.day]
    elif rule.frequency == YEARLY and not by_day:
        parts["bymonthday"] = [start.day]
        parts.setdefault("bymonth", [start.month])
    elif rule.frequency == YEARLY and by_day == {"byweekno"}:
        parts["byweekday"] = [weekday(start.weekday())]
    for name, own in (("hour", start.hour), ("minute", start.minute), ("second", start.second)):
        parts.setdefault(f"by{name}", [own])
    return parts


def _begun_again(rule: Rule, start: datetime, first: datetime) -> datetime:
    """The start, or the beginning of a later period of the rule that lies before `first`."""
    if first <= start:
        return start
    midnight = start.replace(hour=0, minute=0, second=0)
    if rule.frequency in (DAILY, WEEKLY):
        step = DAY * rule.interval * (7 if rule.frequency == WEEKLY else 1)
        skipped = (first - start) // step - 1
        return midnight + step * skipped if skipped > 0 else start
    months = rule.interval * (12 if rule.frequency == YEARLY else 1)
    apart = (first.year - start.year) * 12 + first.month - start.month
    skipped = apart // months - 1
    if skipped <= 0:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + skipped * months, 12)
    # A yearly rule may meet days before the start's month.
    return midnight.replace(year=year, month=1 if rule.frequency == YEARLY else month + 1, day=1)


def _latest(rule: Rule, start: Moment, last: datetime) -> datetime:
    """`last`, or the day after UNTIL if that is earlier."""
    if rule.until is None or rule.until.wall.year > last.year + 1:
        return last
    return min(last, start.clock.wall(rule.until.utc) + 2 * DAY)


def _is_by(wall: datetime, start: Moment, until: Moment | None) -> bool:
    """Whether a start is not later than UNTIL; a date means all of that day."""
    if until is None:
        return True
    if start.day or until.day:
        return wall.date() <= until.wall.date()
    return start.clock.utc(wall) <= until.utc


def _work(rule: Rule, begin: datetime, last: datetime) -> tuple[int, int]:
    """How often dateutil looks up a month or year until `last`, and how many days that are."""
    days = max((last - begin) // DAY, 0) + 1
    if rule.frequency == YEARLY:
        years = (last.year - begin.year) // rule.interval + 2
        return years + 2, years * 366
    months = (last.year - begin.year) * 12 + last.month - begin.month
    if rule.frequency == MONTHLY:
        return months // rule.interval + 4, (months // rule.interval + 2) * 31
    # A step may be longer than a month; one look is a month in which a step ends.
    return months + 4, days // (rule.interval if rule.frequency == DAILY else 1) + months + 31


def _weight(parts: Mapping[str, Any]) -> int:
    """What one day costs: the longer the lists, the more."""
    listed = sum(len(value) for value in parts.values() if isinstance(value, list))
    return 1 + listed // 16 + len(parts.get("bysetpos", ()))
