"""The text of an iCalendar → its events, free-busy answers and time zones, as lines that matter.

Only the properties that decide when somebody is busy are taken up, found by one expression: that
is most of the speed, and what is private never gets any further.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from ambassadors.core.calendars.faults import NotACalendar, Problems
from ambassadors.core.said import said, said_n

DEEPEST = 8  # components inside each other; real calendars have three
_WANTED = (
    *("BEGIN", "END", "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE"),
    *("RECURRENCE-ID", "STATUS", "TRANSP", "SEQUENCE", "DTSTAMP", "ATTENDEE", "ORGANIZER"),
    *("FREEBUSY", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-LIC-LOCATION"),
    *("X-MICROSOFT-CDO-BUSYSTATUS", "X-WR-TIMEZONE", "X-WR-CALNAME"),
)
# Possessive (`*+`): a long line with an odd quote is passed over once, not again and again.
_LINE = re.compile(
    rf"^({'|'.join(_WANTED)})((?:;(?:[^\":\n]|\"[^\"\n]*\")*+)?):([^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(r';([^=;":]+)=("[^"]*"|[^;"]*)')
_TIMES = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"}
_OUTER = ("VCALENDAR", "VEVENT", "VFREEBUSY", "VTIMEZONE", "VTODO", "VJOURNAL")
_OBSERVANCES = ("STANDARD", "DAYLIGHT")


class Line(NamedTuple):
    """One content line: upper-case name, parameters as they are written, value."""

    name: str
    parameters: str
    value: str

    def parameter(self, name: str) -> str | None:
        """The value of a parameter, unquoted."""
        return _parameters(self.parameters).get(name) if self.parameters else None


@dataclass
class Component:
    """A component and those of its lines that matter, by name. Events count from 1."""

    kind: str
    number: int = 0
    lines: dict[str, list[Line]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        """Its lines of that name."""
        return self.lines.get(name, [])

    def first(self, name: str) -> Line | None:
        """Its first line of that name."""
        lines = self.lines.get(name)
        return lines[0] if lines else None

    def value(self, name: str) -> str:
        """The value of its first line of that name in upper case, or nothing."""
        lines = self.lines.get(name)
        return lines[0].value.upper() if lines else ""


@dataclass
class Contents:
    """What of a calendar decides when somebody is busy."""

    heading: Component = field(default_factory=lambda: Component("VCALENDAR"))
    events: list[Component] = field(default_factory=list)
    answers: list[Component] = field(default_factory=list)
    zones: list[Component] = field(default_factory=list)


def read_components(text: str, problems: Problems) -> Contents:
    """The components of an unfolded text. NotACalendar when it holds none."""
    reader = _Reader(problems)
    for found in _LINE.finditer(text):
        reader.take(Line(found[1].upper(), found[2], found[3].strip()))
    if not reader.begun:
        raise NotACalendar(said("This is not a calendar in iCal format."))
    reader.finish()
    without = sum(":" not in line and line.strip() != "" for line in text.split("\n"))
    if without:
        problems.tell(
            said_n(
                "{count} line is not in iCal format and passed over.",
                "{count:,} lines are not in iCal format and passed over.",
                without,
            )
        )
    return reader.contents


class _Reader:
    """Takes line after line and keeps the stack of components that are open."""

    def __init__(self, problems: Problems) -> None:
        self.contents = Contents()
        self.begun = False
        self._problems = problems
        self._open: list[Component] = []
        self._too_deep = 0  # components open below the deepest that is read

    def take(self, line: Line) -> None:
        if line.name == "BEGIN":
            self._begin(line.value.upper())
        elif line.name == "END":
            self._end(line.value.upper())
        elif self._open and not self._too_deep:
            if line.name in _TIMES and ":" in line.value:
                line = _with_whole_zone(line)
            self._open[-1].lines.setdefault(line.name, []).append(line)

    def finish(self) -> None:
        """Says so when the calendar ends in the middle; an event that was cut short is no event."""
        if self._open:
            self._problems.tell(
                said("The calendar ends in the middle; what comes after that point is missing.")
            )

    def _begin(self, kind: str) -> None:
        if kind in _OUTER:
            self.begun = True
            self._close_what_is_open(inside=kind != "VCALENDAR")
        if len(self._open) >= DEEPEST:
            self._too_deep += 1
            self._problems.tell(
                said("The calendar is nested too deeply; the innermost was passed over.")
            )
            return
        within = self._open[-1] if self._open else None
        if kind == "VCALENDAR":
            component = self.contents.heading
        else:
            component = Component(kind)
            if kind in _OBSERVANCES and within and within.kind == "VTIMEZONE":
                within.parts.append(component)
        self._open.append(component)

    def _close_what_is_open(self, inside: bool) -> None:
        """A new event, or a new calendar, ends what before it was left open."""
        self._too_deep = 0
        while self._open and not (inside and self._open[-1].kind == "VCALENDAR"):
            self._problems.tell(said("The calendar has parts that begin and never end."))
            self._keep(self._open.pop())

    def _end(self, kind: str) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        if all(component.kind != kind for component in self._open):
            return
        while True:
            component = self._open.pop()
            self._keep(component)
            if component.kind == kind:
                return

    def _keep(self, component: Component) -> None:
        if component.kind == "VEVENT":
            component.number = len(self.contents.events) + 1
            self.contents.events.append(component)
        elif component.kind == "VFREEBUSY":
            self.contents.answers.append(component)
        elif component.kind == "VTIMEZONE":
            self.contents.zones.append(component)


def _with_whole_zone(line: Line) -> Line:
    """A TZID with colons that should be in quotes (`TZID=tzone://Microsoft/Utc`) put together."""
    rest, _, value = line.value.rpartition(":")
    if not line.parameters or line.value[:4].isdigit():
        return line
    return Line(line.name, f"{line.parameters}:{rest}", value)


@lru_cache(maxsize=256)
def _parameters(text: str) -> Mapping[str, str]:
    pairs = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(text)}
    return MappingProxyType(pairs)
