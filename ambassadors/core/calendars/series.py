"""The events of one UID → when their owner is busy: repetitions, exceptions and overrides."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ambassadors.core.calendars.clocks import UTC_CLOCK, Clocks
from ambassadors.core.calendars.events import Event, latest, wall_of
from ambassadors.core.calendars.faults import Problems, Unreadable, written
from ambassadors.core.calendars.rules import Effort, Rule, read_rule, starts_between
from ambassadors.core.calendars.values import DAY, Length, Moment, read_many
from ambassadors.core.said import said

MOST_INSTANCES = 1_000  # of one event in the window
MOST_OF_ONE_UID = 2_000  # a series and its overrides
MOST_RULES = 50  # of one event
_ZONES_APART = 2 * DAY  # more than wall time and UTC can differ
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Reading:
    """What reading one calendar needs everywhere: the window (aware, UTC), clocks, limits."""

    start: datetime
    end: datetime
    clocks: Clocks
    effort: Effort
    problems: Problems

    def tell_of(self, event: Event, clause: str) -> None:
        """Says what is wrong with an event."""
        when = written(event.start.wall, event.start.day)
        self.problems.tell_of(event.number, when, clause)

    @contextmanager
    def telling_of(self, event: Event) -> Iterator[None]:
        """Turns what makes an event unreadable into a sentence about it."""
        try:
            yield
        except Unreadable as fault:
            self.tell_of(event, fault.clause)
        except (ValueError, OverflowError):
            self.tell_of(event, said("its times make no sense"))

    def sees(self, span: Span) -> bool:
        """Whether a span lies in the window, at least in part."""
        return span[0] < self.end and span[1] > self.start


@dataclass
class _Series:
    """A recurring event on its own clock, with its exceptions by wall time, moment or day.

    `changed` are the walls since when an override with RANGE=THISANDFUTURE holds, sorted.
    """

    event: Event
    start: Moment
    skipped: set[datetime | date] = field(default_factory=set)
    lengths: dict[datetime, Length] = field(default_factory=dict)
    changed: list[tuple[datetime, Event]] = field(default_factory=list)

    def skip(self, moment: Moment) -> None:
        """Takes out the instance of that time; a date takes out all of that day."""
        if moment.day and not self.start.day:
            self.skipped.add(moment.wall.date())
            return
        self.skipped.add(wall_of(moment, self.start))
        if not self.start.day:
            # For a start that a clock change skips, written as the moment it moves to.
            self.skipped.add(moment.utc)

    def skips(self, wall: datetime) -> bool:
        """Whether the instance of that wall time is taken out."""
        return bool(self.skipped) and (
            wall in self.skipped
            or wall.date() in self.skipped
            or (not self.start.day and self.start.clock.utc(wall) in self.skipped)
        )

    def reach(self) -> tuple[timedelta, timedelta]:
        """How long before the window a start may lie that matters, and how long behind it."""
        lengths = [self.event.length.whole, *(length.whole for length in self.lengths.values())]
        before, behind = max(lengths), timedelta()
        for since, event in self.changed:
            moved = wall_of(event.start, self.start) - since
            before = max(before, event.length.whole + moved)
            behind = max(behind, -moved)
        return before + _ZONES_APART, behind + _ZONES_APART

    def span(self, wall: datetime) -> Span | None:
        """When the instance is that would start at `wall`; None if it does not block."""
        event, length = self.event, self.lengths.get(wall)
        place = bisect_right(self.changed, wall, key=lambda pair: pair[0])
        if place:
            since, event = self.changed[place - 1]
            wall += wall_of(event.start, self.start) - since
        if not event.blocks:
            return None
        return self.start.clock.utc(wall), (length or event.length).end(wall, self.start.clock)


def single_span(event: Event) -> Span:
    """When an event is that happens once."""
    return event.start.utc, event.length.end(event.start.wall, event.start.clock)


def series_spans(events: Sequence[Event], reading: Reading) -> Iterator[Span]:
    """The busy spans of all events of one UID; one that cannot be read leaves a sentence."""
    if len(events) > MOST_OF_ONE_UID:
        reading.tell_of(
            events[0],
            said("it comes {events:,} times; only the first were read", events=len(events)),
        )
        events = events[:MOST_OF_ONE_UID]
    overrides = _last_overrides(events)
    masters = [event for event in events if event.instance is None]
    struck: set[int] = set()  # the numbers of overrides whose instance is excepted
    for event in latest(masters) if masters else ():
        with reading.telling_of(event):
            reading.effort.begin()
            series = _read_series(event, reading.clocks)
            struck |= _take_overrides(series, overrides)
            yield from _instances(series, reading)
    for _, event in overrides:
        if event.blocks and event.number not in struck:
            with reading.telling_of(event):
                yield single_span(event)


def _last_overrides(events: Sequence[Event]) -> list[tuple[Moment, Event]]:
    """The last revision of each override; of equal ones, the last in the calendar."""
    chosen: dict[tuple[datetime, bool], tuple[Moment, Event]] = {}
    for event in events:
        moment = event.instance
        if moment is None:
            continue
        key = (moment.wall if moment.day else moment.utc, moment.day)
        if key not in chosen or event.revision >= chosen[key][1].revision:
            chosen[key] = (moment, event)
    return list(chosen.values())


def _read_series(event: Event, clocks: Clocks) -> _Series:
    """A series with its EXDATEs. UTC times recur on the calendar's own clock, if it has one."""
    start = event.start
    if start.clock == UTC_CLOCK and clocks.shared is not None:
        start = Moment(clocks.shared.wall(start.utc), clocks.shared, False)
    series = _Series(event, start)
    for line in event.component.all("EXDATE"):
        for period in read_many(line, clocks):
            series.skip(period.start)
    return series


def _take_overrides(series: _Series, overrides: Sequence[tuple[Moment, Event]]) -> set[int]:
    """Takes out the instances that have an override; returns those that EXDATE took out before."""
    placed = [(wall_of(moment, series.start), event) for moment, event in overrides]
    struck = {event.number for wall, event in placed if series.skips(wall)}
    for moment, _ in overrides:
        series.skip(moment)
    series.changed = sorted(
        ((wall, event) for wall, event in placed if event.onwards and event.number not in struck),
        key=lambda pair: pair[0],
    )
    return struck


def _instances(series: _Series, reading: Reading) -> Iterator[Span]:
    """The spans of a series that lie in the window, at most MOST_INSTANCES."""
    rules = _read_rules(series, "RRULE", reading)
    single = _listed(series, reading)
    if rules and all(rule.has_ended_before(series.start) for rule in rules):
        single.discard(series.start.wall)
    before, behind = series.reach()
    first = series.start.clock.wall(reading.start) - before
    last = series.start.clock.wall(reading.end) + behind
    walls = {wall for wall in single if first <= wall <= last}
    walls |= _by_rules(rules, series.start, first, last, reading)
    with reading.telling_of(series.event):
        exceptions = _read_rules(series, "EXRULE", reading)
        walls -= _by_rules(exceptions, series.start, first, last, reading)
    seen = 0
    for wall in sorted(walls):
        reading.effort.spend(4)
        span = None if series.skips(wall) else series.span(wall)
        if span is None or not reading.sees(span):
            continue
        seen += 1
        if seen > MOST_INSTANCES:
            raise Unreadable(
                said(
                    "it happens more than {most_instances:,} times; only the first were read",
                    most_instances=MOST_INSTANCES,
                )
            )
        yield span


def _listed(series: _Series, reading: Reading) -> set[datetime]:
    """The start and the RDATEs; those that are periods leave their lengths in the series."""
    start = series.start
    walls = {start.wall}
    for line in series.event.component.all("RDATE"):
        for moment, length in read_many(line, reading.clocks):
            wall = wall_of(moment, start)
            if moment.day and not start.day:
                wall = datetime.combine(wall, start.wall.time())
            walls.add(wall)
            if length is not None:
                series.lengths[wall] = length
    return walls


def _read_rules(series: _Series, name: str, reading: Reading) -> list[Rule]:
    lines = series.event.component.all(name)
    if len(lines) > MOST_RULES:
        raise Unreadable(said("it has too many rules"))
    return [read_rule(line.value, series.start, reading.clocks) for line in lines]


def _by_rules(
    rules: Sequence[Rule], start: Moment, first: datetime, last: datetime, reading: Reading
) -> set[datetime]:
    """The wall times that the rules give together."""
    walls: set[datetime] = set()
    for rule in rules:
        walls.update(starts_between(rule, start, first, last, reading.effort))
    return walls
