"""Many iCalendar objects made into one stream, as text: what is in them is judged elsewhere.

A CalDAV server keeps each event in an object of its own, with the time zones it needs. Two
objects may call different zones by one name; then the later one's is renamed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_BREAK = re.compile(r"\r\n|\r|\n")
_FOLD = re.compile(r"\r?\n[ \t]")
_ZONED = re.compile(r"(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)(?=[;:])", re.IGNORECASE)
_TZID = re.compile(r';TZID=("[^"]*"|[^;:"]*)(?=[;:])', re.IGNORECASE)
_DEEPEST = 20  # levels of components kept; nothing real has more than four


@dataclass
class _Joined:
    """Under which name each zone stands, how many there are of a name, and what is written."""

    settled: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    written: list[str] = field(default_factory=list)


def join_calendars(objects: Iterable[str]) -> bytes:
    """One VCALENDAR with the events of all objects. Lines are not folded again."""
    joined = _Joined()
    for text in objects:
        _add(joined, list(_components(text)))
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//AIM student ambassadors//Joined//EN"]
    return "\r\n".join([*head, *joined.written, "END:VCALENDAR", ""]).encode()


def _add(joined: _Joined, components: list[list[str]]) -> None:
    """The events of one object, after the zones that are new; under new names if need be."""
    renamed: dict[str, str] = {}
    for component in components:
        if _kind(component) == "VTIMEZONE":
            name = _zone_name(component)
            renamed[name] = _settle(joined, name, component)
    for component in components:
        if _kind(component) == "VEVENT":
            joined.written += (_rename(line, renamed) for line in component)


def _settle(joined: _Joined, name: str, component: list[str]) -> str:
    """The name under which a zone stands in the stream; writes the zone when it is new."""
    key = (name, "\n".join(line for line in component if not _is_name(line)))
    if key not in joined.settled:
        joined.counts[name] += 1
        settled = name if joined.counts[name] == 1 else f"{name} ({joined.counts[name]})"
        joined.settled[key] = settled
        joined.written += (f"TZID:{settled}" if _is_name(line) else line for line in component)
    return joined.settled[key]


def _rename(line: str, renamed: dict[str, str]) -> str:
    """A line that has a zone, with the name of that zone in the stream."""
    if not _ZONED.match(line):
        return line

    def write(found: re.Match[str]) -> str:
        name = found[1].strip('"')
        settled = renamed.get(name, name)
        return f';TZID="{settled}"' if settled != name else found[0]

    return _TZID.sub(write, line, count=1)


def _is_name(line: str) -> bool:
    return line[:5].upper() in ("TZID:", "TZID;")


def _zone_name(component: list[str]) -> str:
    return next((line.partition(":")[2] for line in component if _is_name(line)), "").strip()


def _kind(component: list[str]) -> str:
    return component[0].partition(":")[2].strip().upper()


def _components(text: str) -> Iterator[list[str]]:
    """What lies directly in a VCALENDAR, unfolded.

    What is never closed is closed here, so that it cannot swallow what follows.
    """
    lines: list[str] = []
    levels: list[str] = []
    for line in (*_BREAK.split(_FOLD.sub("", text)), "END:VCALENDAR"):
        word, kind = _marker(line)
        if word == "BEGIN" and kind != "VCALENDAR":
            levels.append(kind)
            lines.append(line)
        elif word:
            lines += _close(levels, kind)
        elif levels:
            lines.append(line)
        if lines and (not levels or len(levels) > _DEEPEST):
            yield lines + _close(levels, "VCALENDAR")
            lines = []


def _marker(line: str) -> tuple[str, str]:
    """BEGIN or END and of what, in capitals; nothing for any other line."""
    word, _, kind = line.partition(":")
    word = word.strip().upper()
    return (word, kind.strip().upper()) if word in ("BEGIN", "END") else ("", "")


def _close(levels: list[str], kind: str) -> list[str]:
    """The ends of the innermost level of that kind and of all inside it; of all for a calendar."""
    outer = len(levels)
    if kind == "VCALENDAR":
        outer = 0
    elif kind in levels:
        outer -= levels[::-1].index(kind) + 1
    ends = [f"END:{level}" for level in reversed(levels[outer:])]
    del levels[outer:]
    return ends
