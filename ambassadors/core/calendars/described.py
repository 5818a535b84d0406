"""A VTIMEZONE (RFC 5545 section 3.6.5) → a clock, for zones that have no name anybody knows."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ambassadors.core.calendars.clocks import UTC_CLOCK, Clock, Clocks
from ambassadors.core.calendars.components import Component
from ambassadors.core.calendars.faults import Unreadable
from ambassadors.core.calendars.rules import Effort, read_rule, starts_between
from ambassadors.core.calendars.values import Moment, read_many, read_moment
from ambassadors.core.said import said

MOST_CHANGES = 2_000
_AROUND = timedelta(days=800)  # before the stretch: longer than any zone's yearly rhythm
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?")


class Change(NamedTuple):
    """When a clock changes, in wall time of the offset before, and both offsets."""

    wall: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True)
class DescribedClock:
    """A clock by its changes, sorted. Before the first one its `before` holds."""

    changes: tuple[Change, ...]

    def utc(self, wall: datetime) -> datetime:
        """The moment of a wall time without a zone."""
        # A wall time that is skipped still has the offset before the change.
        place = bisect_right(
            self.changes, wall, key=lambda change: change.wall + max(_gap(change), timedelta())
        )
        return (wall - self._offset(place)).replace(tzinfo=UTC)

    def wall(self, moment: datetime) -> datetime:
        """The wall time, without a zone, at an aware moment."""
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        place = bisect_right(self.changes, utc, key=lambda change: change.wall - change.before)
        return utc + self._offset(place)

    def _offset(self, place: int) -> timedelta:
        return self.changes[place - 1].after if place else self.changes[0].before


def describe(
    component: Component, first: datetime, last: datetime, clocks: Clocks, effort: Effort
) -> Clock:
    """The clock that a VTIMEZONE describes, right from `first` to `last`. Unreadable."""
    changes: set[Change] = set()
    effort.begin()
    for part in component.parts:
        before, after = _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
        for wall in _onsets(part, first - _AROUND, last + _AROUND, clocks, effort):
            changes.add(Change(wall, before, after))
            if len(changes) > MOST_CHANGES:
                raise Unreadable(said("it changes too often"))
    if not changes:
        raise Unreadable(said("it has no beginning"))
    return DescribedClock(tuple(sorted(changes)))


def _gap(change: Change) -> timedelta:
    return change.after - change.before


def _offset(part: Component, name: str) -> timedelta:
    line = part.first(name)
    found = _OFFSET.fullmatch(line.value) if line else None
    if found is None or int(found[2]) >= 24:
        raise Unreadable(said("it lacks an offset"))
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -size if found[1] == "-" else size


def _onsets(
    part: Component, first: datetime, last: datetime, clocks: Clocks, effort: Effort
) -> Iterator[datetime]:
    """When an observance begins: all single times, and the recurring ones that can matter."""
    line = part.first("DTSTART")
    if line is None:
        raise Unreadable(said("it has no beginning"))
    # Wall time of no clock in particular; UTC's has no changes of its own.
    start = Moment(read_moment(line.value, None, clocks).wall, UTC_CLOCK, False)
    yield start.wall
    for dates in part.all("RDATE"):
        for period in read_many(dates, clocks):
            yield period.start.wall
    for text in part.all("RRULE"):
        rule = read_rule(text.value, start, clocks)
        until = rule.until.wall if rule.until else last
        # The last onset of a rule that ended long ago holds until today.
        yield from starts_between(rule, start, min(first, until - _AROUND), last, effort)
