"""The bytes of a calendar → the spans in which its owner is busy, within limits."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ambassadors.core.calendars.clocks import Clocks, by_name
from ambassadors.core.calendars.components import Component, Contents, read_components
from ambassadors.core.calendars.described import describe
from ambassadors.core.calendars.events import Event, Owner, owner_of, read_event
from ambassadors.core.calendars.faults import NotACalendar, Problems, Unreadable
from ambassadors.core.calendars.rules import Effort
from ambassadors.core.calendars.series import Reading, Span, series_spans, single_span
from ambassadors.core.calendars.texts import read_text
from ambassadors.core.calendars.values import read_many
from ambassadors.core.said import said
from ambassadors.core.spans import merge

MOST_SPANS = 20_000  # merged; more than one for each quarter of an hour of 180 days
MOST_SERIES = 5_000  # events that recur
MOST_STEPS = 250_000  # of working out what recurs, in a whole calendar: a few seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Busy:
    """When somebody is busy.

    `spans` are half-open pairs of aware UTC datetimes, merged, sorted and clipped to the window;
    `problems` a sentence for each event that could not be read, without its title; `events` how
    many there were. `readable` is False when the bytes were no calendar at all.
    """

    spans: tuple[Span, ...]
    problems: tuple[str, ...]
    events: int
    readable: bool = True


def busy_spans(
    ics: bytes,
    start: datetime,
    end: datetime,
    zone: str,
    all_day: bool = True,
    owner: str | None = None,
    skip: Collection[str] = (),
) -> Busy:
    """Reads one iCalendar between two aware moments.

    Floating times count in the calendar's own zone (X-WR-TIMEZONE) or else in `zone`, an IANA
    name; days always count in `zone`, and block only with `all_day`. `owner` is the address of
    whose calendar it is: what that person declined does not block. Events with a UID in `skip`
    are left out: invitations of our own that were accepted. Refused for an unknown zone; a
    calendar never raises.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("A window without a time zone cannot be placed.")
    problems = Problems()
    try:
        text, notes = read_text(ics)
        contents = read_components(text, problems)
    except NotACalendar as fault:
        return Busy((), (fault.sentence,), 0, readable=False)
    for note in notes:
        problems.tell(note)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    reading = _begin(contents, start, end, zone, problems)
    foreign = _without(contents.events, skip)
    spans = _spans(
        replace(contents, events=foreign), reading, owner_of(contents.heading, owner), all_day
    )
    return Busy(_merged(spans, reading), problems.sentences(), len(foreign))


def _without(components: list[Component], skip: Collection[str]) -> list[Component]:
    """The events less those with these UIDs; calendars may write them in capitals."""
    ours = {uid.casefold() for uid in skip}
    uids = ((component, component.first("UID")) for component in components)
    return [one for one, line in uids if line is None or line.value.strip().casefold() not in ours]


def _begin(
    contents: Contents, start: datetime, end: datetime, zone: str, problems: Problems
) -> Reading:
    effort = Effort(MOST_STEPS)
    line = contents.heading.first("X-WR-TIMEZONE")
    clocks = Clocks(
        zone,
        line.value if line else "",
        by_name(contents.zones),
        lambda component, own: describe(
            component, start.replace(tzinfo=None), end.replace(tzinfo=None), own, effort
        ),
        problems,
    )
    return Reading(start, end, clocks, effort, problems)


def _spans(contents: Contents, reading: Reading, owner: Owner, all_day: bool) -> Iterator[Span]:
    """All busy spans; events that happen once come first: no hostile series costs one of them."""
    once, series = _sorted_out(contents.events, reading, owner)
    for event in once:
        if event.blocks and (all_day or not event.start.day):
            with reading.telling_of(event):
                yield single_span(event)
    yield from _answered(contents.answers, reading)
    if len(series) > MOST_SERIES:
        reading.problems.tell(
            said(
                "The calendar has more than {most_series:,} repeating events; the rest "
                "were not read.",
                most_series=MOST_SERIES,
            )
        )
    for events in series[:MOST_SERIES]:
        counted = events if all_day else [event for event in events if not event.start.day]
        if counted:
            yield from series_spans(counted, reading)


def _sorted_out(
    components: list[Component], reading: Reading, owner: Owner
) -> tuple[list[Event], list[list[Event]]]:
    """The events that stand alone and happen once; the others, together by their UID."""
    groups: dict[str, list[Event]] = defaultdict(list)
    for component in components:
        try:
            event = read_event(component, reading.clocks, owner)
        except (Unreadable, ValueError, OverflowError) as fault:
            why = fault.clause if isinstance(fault, Unreadable) else said("its times make no sense")
            reading.problems.tell_of(component.number, None, why)
            continue
        line = component.first("UID")
        # Without a UID, an event belongs to no other.
        groups[line.value if line else f"\n{component.number}"].append(event)
    once, series = [], []
    for events in groups.values():
        if len(events) == 1 and not events[0].recurs:
            once.append(events[0])
        else:
            series.append(events)
    return once, series


def _answered(components: list[Component], reading: Reading) -> Iterator[Span]:
    """The busy periods of VFREEBUSY (RFC 5545 section 3.8.2.6), tentative ones as well."""
    for component in components:
        for line in component.all("FREEBUSY"):
            if (line.parameter("FBTYPE") or "BUSY").upper() == "FREE":
                continue
            try:
                for moment, length in read_many(line, reading.clocks):
                    if length is not None:
                        yield moment.utc, length.end(moment.wall, moment.clock)
            except (Unreadable, ValueError, OverflowError):
                reading.problems.tell(said("Some of the free-busy times cannot be read."))


def _merged(spans: Iterator[Span], reading: Reading) -> tuple[Span, ...]:
    """The spans clipped to the window, merged every now and then so that memory stays bounded."""
    first, last = _ticks(reading.start), _ticks(reading.end)
    pairs: list[tuple[int, int]] = []
    limit = 2 * MOST_SPANS
    for span in spans:
        if reading.sees(span):
            pairs.append((max(_ticks(span[0]), first), min(_ticks(span[1]), last)))
        if len(pairs) >= limit:
            pairs = [*merge(pairs)]
            if len(pairs) > MOST_SPANS:
                reading.problems.tell(
                    said("The calendar has too many busy times; the last are missing.")
                )
                break
    kept = merge(pairs)[:MOST_SPANS]
    return tuple((_EPOCH + begin * _TICK, _EPOCH + end * _TICK) for begin, end in kept)


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK
