"""One iCalendar object that answers an invitation (RFC 5546 sections 3.2.3 and 3.2.7).

Read line by line and within limits: a reply needs ten properties of one event, and no rule of it
is ever expanded. A line that cannot be read counts as not there.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ambassadors.core.said import said
from ambassadors.core.text import one_line, plain
from ambassadors.core.zones import canonical

MOST_LINES = 3000
LONGEST_LINE = 4096  # characters; a longer one says nothing that matters here
LONGEST_COMMENT = 500
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
_FOLD = re.compile(r"\r?\n[ \t]")
_BREAK = re.compile(r"\r\n|\r|\n")
_LOCAL = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.IGNORECASE)
_LENGTH = re.compile(r"\+?P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECRET = re.compile(r"\+([0-9a-f]{40})@", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What an answer to an invitation says. Moments are aware, UTC.

    `method` is REPLY or COUNTER. `sequence` is None when it is not given. `attendee` is a mail
    address in lower case, empty when there is none. `start` and `end` are what the object names
    (for a COUNTER, what is proposed); `unclear` says why a named start could not be read.
    """

    method: str
    uid: str
    sequence: int | None
    stamp: datetime | None
    attendee: str
    answer: str
    start: datetime | None = None
    end: datetime | None = None
    comment: str = ""
    recurring: bool = False
    unclear: str = ""


class Line(NamedTuple):
    """One property: name and parameters in upper case."""

    name: str
    params: dict[str, str]
    value: str


class Answer(NamedTuple):
    """The wish in an object, or the sentence that says why there is none; secret parts it names."""

    wish: Wish | None
    problem: str
    secrets: frozenset[str] = frozenset()


def read_object(text: str, method: str = "") -> Answer:
    """What an object wants; `method` is that of the mail's part, for objects without their own."""
    head, event = split(text)
    named = next((line.value for line in head if line.name == "METHOD"), "") or method
    method = one_line(named).upper()
    if method not in ("REPLY", "COUNTER"):
        named = one_line(method, 30) or "none"
        return Answer(None, said("Its calendar part is no answer (method {method}).", method=named))
    values = first_of_each(event)
    uid = one_line(unescape(value_of(values, "UID")))
    if not uid or len(uid) > 200:
        return Answer(None, said("Its calendar part does not say which chat it is about."))
    organizer = unquote(value_of(values, "ORGANIZER"))
    secrets = frozenset(part.lower() for part in _SECRET.findall(organizer))
    return Answer(read_wish(method, uid, values, event), "", secrets)


def read_wish(method: str, uid: str, values: dict[str, Line], event: list[Line]) -> Wish:
    """The properties that matter, each as far as it can be read."""
    attendee, answer = read_attendee(event)
    start, unclear = read_moment(values.get("DTSTART"))
    return Wish(
        method=method,
        uid=uid,
        sequence=read_number(value_of(values, "SEQUENCE")),
        stamp=read_moment(values.get("DTSTAMP"))[0],
        attendee=attendee,
        answer=answer,
        start=start,
        end=read_end(values, start),
        comment=one_line(plain(unescape(value_of(values, "COMMENT"))), LONGEST_COMMENT),
        recurring="RECURRENCE-ID" in values,
        unclear=unclear,
    )


def split(text: str) -> tuple[list[Line], list[Line]]:
    """The calendar's own lines, and those of its first event without what stands inside it."""
    head: list[Line] = []
    event: list[Line] = []
    inside: list[str] = []
    events = 0
    for line in read_lines(text):
        if line.name == "BEGIN":
            inside.append(line.value.upper())
            events += inside == ["VCALENDAR", "VEVENT"]
        elif line.name == "END":
            inside = inside[:-1]
        elif inside == ["VCALENDAR"]:
            head.append(line)
        elif inside == ["VCALENDAR", "VEVENT"] and events == 1:
            event.append(line)
    return head, event


def read_lines(text: str) -> Iterator[Line]:
    """The lines that can be read, unfolded."""
    lines = _BREAK.split(_FOLD.sub("", text))
    for raw in lines[:MOST_LINES]:
        if raw and len(raw) <= LONGEST_LINE:
            with suppress(ValueError):  # a line that is none says nothing
                name, params, value = parts_of(raw.strip())
                given = {key.upper(): first(param) for key, param in params.items()}
                yield Line(name.upper(), given, value.strip())


def parts_of(line: str) -> tuple[str, dict[str, object], str]:
    """Name, parameters and value, minding quotes. ValueError when it is no content line."""
    name, params, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    return str(name), dict(params), str(value)


def first(param: object) -> str:
    """A parameter's value; the first of several."""
    return str(param[0]) if isinstance(param, list) and param else str(param)


def first_of_each(lines: list[Line]) -> dict[str, Line]:
    """The first property of each name."""
    return {line.name: line for line in reversed(lines)}


def value_of(values: dict[str, Line], name: str) -> str:
    """A property's value, empty when it is not there."""
    return values[name].value if name in values else ""


def read_attendee(event: list[Line]) -> tuple[str, str]:
    """Who answers, and what: the attendee with an answer, else the first one."""
    people = [line for line in event if line.name == "ATTENDEE"]
    answered = [one for one in people if one.params.get("PARTSTAT", "").upper() in ANSWERS]
    for one in (*answered, *people):
        address = unquote(one.value)
        if address[:7].lower() == "mailto:":
            address = address[7:]
        elif "@" in one.params.get("EMAIL", ""):  # Exchange names its directory in place of mail
            address = one.params["EMAIL"]
        answer = one.params.get("PARTSTAT", "NEEDS-ACTION").upper()
        return one_line(address, 254).lower(), one_line(answer, 30)
    return "", ""


def read_number(text: str) -> int | None:
    """A SEQUENCE; None for nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read_end(values: dict[str, Line], start: datetime | None) -> datetime | None:
    """DTEND, or DTSTART and DURATION; None when neither can be read."""
    if "DTEND" in values:
        return read_moment(values["DTEND"])[0]
    found = _LENGTH.fullmatch(value_of(values, "DURATION").upper())
    if start is None or not found:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return start + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def read_moment(line: Line | None) -> tuple[datetime | None, str]:
    """A moment in UTC, or the sentence that says why it is unclear; neither for no line."""
    if line is None:
        return None, ""
    found = _LOCAL.fullmatch(line.value)
    if not found:
        return None, said("It names a day without a time.")
    numbers, utc = [int(part) for part in found.groups()[:6]], bool(found[7])
    name = "UTC" if utc else zone_name(line.params.get("TZID", ""))
    if name is None:
        return None, said("It names a time in a zone that is not known.")
    with suppress(ValueError, OverflowError):  # no such day, or before the year 1
        year, month, day, hour, minute, second = numbers
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=ZoneInfo(name))
        return local.astimezone(UTC), ""
    return None, said("It names a time that does not exist.")


def zone_name(given: str) -> str | None:
    """Today's IANA name of a TZID: IANA's own, Windows', or either behind a path."""
    given = given.strip()
    for name in (given, "/".join(given.split("/")[-2:])):
        if known := canonical(WINDOWS_TO_OLSON.get(name, name)):
            return known
    return None


def unescape(text: str) -> str:
    """TEXT without its escapes (RFC 5545 section 3.3.11)."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
