"""The clocks a calendar's times are written in: IANA zones by any name, and zones it describes.

A clock turns wall time into UTC and back. A wall time that a clock change skips counts with the
offset before the change, one that comes twice is the first (RFC 5545 section 3.3.5).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Protocol

from ambassadors.core.calendars.components import Component
from ambassadors.core.calendars.faults import Problems, Unreadable
from ambassadors.core.said import said
from ambassadors.core.zones import canonical, zone

_OFFSET_NAME = re.compile(r"(?:UTC|GMT|ETC/UTC)?([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_SHOWN = re.compile(r"[\w/+\-: .()&,]{1,60}")
_UTC_NAMES = {"UTC", "GMT", "Z", "ZULU", "UCT", "ETC/UTC", "ETC/GMT", "TZONE://MICROSOFT/UTC"}


class Clock(Protocol):
    """What wall time means."""

    def utc(self, wall: datetime) -> datetime:
        """The moment of a wall time without a zone."""

    def wall(self, moment: datetime) -> datetime:
        """The wall time, without a zone, at an aware moment."""


@dataclass(frozen=True)
class ZoneClock:
    """A clock with a `tzinfo` behind it."""

    tz: tzinfo

    def utc(self, wall: datetime) -> datetime:
        """The moment of a wall time without a zone."""
        return wall.replace(tzinfo=self.tz).astimezone(UTC)

    def wall(self, moment: datetime) -> datetime:
        """The wall time, without a zone, at an aware moment."""
        return moment.astimezone(self.tz).replace(tzinfo=None, fold=0)


UTC_CLOCK = ZoneClock(UTC)


class Clocks:
    """The clocks of one calendar, found by the names its times give.

    `home` is the ambassador's, for days; `floating` is for times without a zone: the calendar's
    own if it names one (X-WR-TIMEZONE), else the ambassador's. `shared` is the calendar's own, in
    which its UTC times recur, as the calendars that write X-WR-TIMEZONE mean it.
    """

    def __init__(
        self,
        home: str,
        named: str,
        described: "dict[str, Component]",
        describe: "Describe",
        problems: Problems,
    ) -> None:
        self.home: Clock = ZoneClock(zone(home))
        self._home_name = home
        self._described = described
        self._describe = describe
        self._problems = problems
        self._found: dict[str, Clock] = {}
        self.floating: Clock = self.home
        self.shared: Clock | None = self.named(named) if named else None
        self.floating = self.shared or self.home

    def named(self, name: str) -> Clock:
        """The clock of a TZID; the floating one, and a sentence, when it is not known."""
        if name not in self._found:
            self._found[name] = self._look_up(name) or self._unknown(name)
        return self._found[name]

    def _look_up(self, name: str) -> Clock | None:
        """A description wins over an abbreviation only: `EST` is also an IANA zone of its own."""
        component = self._described.get(name)
        if component is not None and re.fullmatch(r"[A-Za-z]{2,5}", name):
            return self._read_description(name, component) or _known(name)
        return (
            _known(name)
            or _by_location(component)
            or self._read_description(name, component)
            or _by_offset(name)
        )

    def _read_description(self, name: str, component: Component | None) -> Clock | None:
        if component is None:
            return None
        try:
            return self._describe(component, self)
        except (Unreadable, ValueError, OverflowError) as fault:
            why = fault.clause if isinstance(fault, Unreadable) else said("it makes no sense")
            self._problems.tell(
                said(
                    "The calendar’s description of the time zone{name} cannot be used: {why}.",
                    name=_shown(name),
                    why=why,
                )
            )
            return None

    def _unknown(self, name: str) -> Clock:
        self._problems.tell(
            said(
                "The time zone{name} is not known; its times were read as {home}.",
                name=_shown(name),
                home=self._home_name,
            )
            if self.floating is self.home
            else said(
                "The time zone{name} is not known; its times were read in the calendar’s.",
                name=_shown(name),
            )
        )
        return self.floating


class Describe(Protocol):
    """Makes a clock of a VTIMEZONE. Raises Unreadable."""

    def __call__(self, component: Component, clocks: Clocks) -> Clock: ...


@cache
def _known(name: str) -> Clock | None:
    """A zone by its IANA name, an old one, a Windows one, or one with a vendor in front."""
    if name.upper() in _UTC_NAMES:
        return UTC_CLOCK
    parts = name.strip("/").split("/")
    for first in range(min(len(parts), 8)):
        found = canonical("/".join(parts[first:]))
        if found is not None:
            return ZoneClock(zone(found))
    windows = _windows_names().get(name.casefold())
    return ZoneClock(zone(windows)) if windows and canonical(windows) else None


@cache
def _windows_names() -> dict[str, str]:
    # Only here: icalendar takes longer to import than most calendars to read.
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.casefold(): olson for name, olson in WINDOWS_TO_OLSON.items()}


def _by_location(component: Component | None) -> Clock | None:
    line = component.first("X-LIC-LOCATION") if component else None
    return _known(line.value) if line else None


def _by_offset(name: str) -> Clock | None:
    """`UTC-05:00` and the like."""
    found = _OFFSET_NAME.fullmatch(name.strip("()"))
    if found is None or int(found[2]) > 14:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return ZoneClock(timezone(ahead if found[1] == "+" else -ahead))


def _shown(name: str) -> str:
    return f" “{name}”" if _SHOWN.fullmatch(name) else ""


def by_name(zones: Sequence[Component]) -> dict[str, Component]:
    """The descriptions by their TZID, the first of each name."""
    found: dict[str, Component] = {}
    for component in zones:
        line = component.first("TZID")
        if line:
            found.setdefault(line.value.strip('"'), component)
    return found
