"""A VEVENT → what of it decides when somebody is busy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ambassadors.core.calendars.clocks import Clocks
from ambassadors.core.calendars.components import Component, Line
from ambassadors.core.calendars.faults import Unreadable
from ambassadors.core.calendars.values import (
    DAY,
    Length,
    Moment,
    length_between,
    read_length,
    read_line,
)
from ambassadors.core.said import said

LONGEST_DAYS = 3660  # of one event


@dataclass(frozen=True)
class Event:
    """One VEVENT. `instance` is its RECURRENCE-ID, `onwards` that its RANGE is THISANDFUTURE."""

    component: Component
    start: Moment
    length: Length
    instance: Moment | None
    onwards: bool
    blocks: bool
    revision: tuple[int, str]  # SEQUENCE and DTSTAMP: the later one holds

    @property
    def number(self) -> int:
        """Its place in the calendar, from 1."""
        return self.component.number

    @property
    def recurs(self) -> bool:
        """Whether it may happen more than once."""
        return "RRULE" in self.component.lines or "RDATE" in self.component.lines


@dataclass(frozen=True)
class Owner:
    """Whose calendar it is: the address, in lower case, if it is known."""

    address: str | None

    def has_declined(self, component: Component) -> bool:
        """Whether the owner said no; where the owner is unknown: whether all who were asked did."""
        attendees = component.all("ATTENDEE")
        if not any(_said_no(line) for line in attendees):
            return False
        own = [line for line in attendees if self.address in _addresses(line)]
        if own:
            return all(_said_no(line) for line in own)
        organizer = component.first("ORGANIZER")
        organizers = _addresses(organizer) if organizer else set()
        if self.address is not None and self.address in organizers:
            return False
        return all(_said_no(line) for line in attendees if not _addresses(line) & organizers)


def owner_of(heading: Component, address: str | None) -> Owner:
    """The owner by the address given, or by that which Google names its calendars after."""
    if address is None:
        line = heading.first("X-WR-CALNAME")
        name = line.value if line else ""
        address = name if re.fullmatch(r"[^@\s]+@[^@\s]+", name) else None
    return Owner(address.strip().lower() if address else None)


def read_event(component: Component, clocks: Clocks, owner: Owner) -> Event:
    """Reads one event. Unreadable."""
    line = component.first("DTSTART")
    if line is None:
        raise Unreadable(said("it has no start"))
    start = read_line(line, clocks)
    line = component.first("RECURRENCE-ID")
    instance = read_line(line, clocks) if line else None
    if instance is not None:
        start.utc, instance.utc  # noqa: B018 - both must be moments that exist
    return Event(
        component=component,
        start=start,
        length=_read_length(component, start, clocks),
        instance=instance,
        onwards=_range(line) == "THISANDFUTURE",
        blocks=blocks(component, owner),
        revision=(_sequence(component), component.value("DTSTAMP")),
    )


def blocks(component: Component, owner: Owner) -> bool:
    """Whether its owner is busy: neither free, nor cancelled, nor declined."""
    return not (
        component.value("TRANSP") == "TRANSPARENT"
        or component.value("STATUS") == "CANCELLED"
        or component.value("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
        or owner.has_declined(component)
    )


def _read_length(component: Component, start: Moment, clocks: Clocks) -> Length:
    """DTEND, else DURATION, else a day or nothing (RFC 5545 section 3.6.1)."""
    end, duration = component.first("DTEND"), component.first("DURATION")
    if end is not None and end.value:
        length = length_between(start, read_line(end, clocks))
    elif duration is not None and duration.value:
        length = read_length(duration.value)
    else:
        length = Length(timedelta())
    if length.whole > LONGEST_DAYS * DAY:
        raise Unreadable(said("it lasts longer than ten years"))
    # A day that ends on itself: programs that count the last day in write it so.
    return Length(DAY) if start.day and not length.whole else length


def _range(line: Line | None) -> str:
    return (line.parameter("RANGE") or "").upper() if line else ""


def _sequence(component: Component) -> int:
    value = component.value("SEQUENCE")
    return int(value) if re.fullmatch(r"\d{1,12}", value) else 0


def _said_no(attendee: Line) -> bool:
    return (attendee.parameter("PARTSTAT") or "").upper() == "DECLINED"


def _addresses(line: Line) -> set[str | None]:
    """The addresses of a person, in lower case: the value's, and the EMAIL that Apple adds."""
    found: set[str | None] = {re.sub("^mailto:", "", line.value.strip().lower())}
    email = line.parameter("EMAIL")
    return found | {email.lower()} if email else found


def latest(events: Sequence[Event]) -> list[Event]:
    """Those of the last revision: programs that give all events one UID leave several."""
    revision = max(event.revision for event in events)
    return [event for event in events if event.revision == revision]


def wall_of(moment: Moment, start: Moment) -> datetime:
    """A time on the clock of a series that starts at `start`; of days, the day that is written."""
    if start.day:
        return moment.wall.replace(hour=0, minute=0, second=0)
    if moment.day or moment.clock == start.clock:
        return moment.wall
    return start.clock.wall(moment.utc)
