"""A small checker of iCalendar objects against RFC 5545 (syntax) and RFC 5546 (methods).

Written apart from the code it checks, with a parser of its own: the tables are those of RFC 5546
sections 3.2.1 (PUBLISH), 3.2.2 (REQUEST), 3.2.5 (CANCEL) and 3.2.8 (DECLINECOUNTER), and 3.3.1
(PUBLISH of a VFREEBUSY).
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

MANY = 10**6
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_OPTIONAL_ONCE = (
    *("CLASS", "CREATED", "DESCRIPTION", "DTEND", "DURATION", "GEO", "LAST-MODIFIED", "LOCATION"),
    *("PRIORITY", "RECURRENCE-ID", "RRULE", "STATUS", "TRANSP", "URL", "SEQUENCE"),
)
_OPTIONAL_MANY = (
    *("ATTACH", "CATEGORIES", "COMMENT", "CONTACT", "EXDATE", "RDATE", "RELATED-TO", "RESOURCES"),
)
_COMMON = dict.fromkeys(_OPTIONAL_ONCE, (0, 1)) | dict.fromkeys(_OPTIONAL_MANY, (0, MANY))
_ONCE = (1, 1)
TABLES: dict[str, dict[str, tuple[int, int]]] = {
    "PUBLISH": _COMMON
    | dict.fromkeys(("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"), _ONCE)
    | dict.fromkeys(("ATTENDEE", "REQUEST-STATUS"), (0, 0)),
    "REQUEST": _COMMON
    | dict.fromkeys(("DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"), _ONCE)
    | {"ATTENDEE": (1, MANY), "REQUEST-STATUS": (0, 0)},
    "CANCEL": _COMMON
    | dict.fromkeys(("DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"), _ONCE)
    | {"DTSTART": (0, 1), "SUMMARY": (0, 1), "ATTENDEE": (0, MANY), "REQUEST-STATUS": (0, 0)},
    # Nothing but what names the chat and its state: the words say the rest.
    "DECLINECOUNTER": dict.fromkeys(("DTSTAMP", "ORGANIZER", "UID"), _ONCE)
    | {"COMMENT": (0, 1), "RECURRENCE-ID": (0, 1), "REQUEST-STATUS": (0, MANY)}
    | {"SEQUENCE": (0, 1)},
}
TABLES["VFREEBUSY"] = {
    **dict.fromkeys(("DTSTAMP", "DTSTART", "DTEND", "ORGANIZER", "UID"), _ONCE),
    **dict.fromkeys(("COMMENT", "URL"), (0, 1)),
    "CONTACT": (0, MANY),
    "FREEBUSY": (1, MANY),
    **dict.fromkeys(("ATTENDEE", "DURATION", "REQUEST-STATUS"), (0, 0)),
}
STATUSES = {
    "PUBLISH": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "REQUEST": {"TENTATIVE", "CONFIRMED"},
    "CANCEL": {"CANCELLED"},
}


class Line(NamedTuple):
    """One content line."""

    name: str
    params: dict[str, str]
    value: str


@dataclass
class Object:
    """A VCALENDAR: its own lines, and the lines of each VEVENT."""

    head: list[Line]
    events: list[list[Line]]
    busy: list[list[Line]] = field(default_factory=list)

    def one(self, name: str, event: int = 0) -> Line:
        """The only line of that name in an event."""
        (line,) = [line for line in self.events[event] if line.name == name]
        return line


def problems(ics: bytes) -> list[str]:
    """A sentence for everything wrong with the object; empty when all is well."""
    found = _wrong_lines(ics)
    parsed = parse(ics)
    counts = Counter(line.name for line in parsed.head)
    found += [
        f"{name} once, please" for name in ("PRODID", "VERSION", "METHOD") if counts[name] != 1
    ]
    method = next(line.value for line in parsed.head if line.name == "METHOD")
    if method != "PUBLISH" and len(parsed.events) != 1:
        found.append("one VEVENT, please")
    for event in parsed.events:
        found += _wrong_properties(method, event)
    for busy in parsed.busy:
        found += _wrong_properties("VFREEBUSY", busy)
        times = [line.value for line in busy if line.name == "FREEBUSY"]
        found += ["busy times in order, please"] if times != sorted(times) else []
    return found


def parse(ics: bytes) -> Object:
    """The object's lines, unfolded."""
    parsed, inside = Object([], []), False
    components = parsed.events
    for text in ics.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        line = _split(text)
        if line.name == "BEGIN" and line.value in ("VEVENT", "VFREEBUSY"):
            components = parsed.events if line.value == "VEVENT" else parsed.busy
            components.append([])
            inside = True
        elif line.name == "END" and line.value in ("VEVENT", "VFREEBUSY"):
            inside = False
        elif line.name in ("BEGIN", "END"):
            assert line.value == "VCALENDAR", f"nothing but events, please: {line.value}"
        else:
            (components[-1] if inside else parsed.head).append(line)
    return parsed


def _wrong_lines(ics: bytes) -> list[str]:
    found = []
    if not ics.startswith(b"BEGIN:VCALENDAR\r\n") or not ics.endswith(b"END:VCALENDAR\r\n"):
        found.append("a whole VCALENDAR, please")
    if ics.count(b"\r\n") != ics.count(b"\n") or ics.count(b"\r\n") != ics.count(b"\r"):
        found.append("CR LF and nothing else, please")
    found += ["75 octets, please" for line in ics.split(b"\r\n") if len(line) > 75]
    found += ["whole characters, please" for line in ics.split(b"\r\n") if not _is_utf8(line)]
    found += [f"a control character: {one!r}" for one in _CONTROL.findall(ics.decode())]
    return found


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wrong_properties(method: str, event: list[Line]) -> list[str]:
    counts = Counter(line.name for line in event)
    table = TABLES[method]
    found = [f"{name} is not in the table" for name in counts if name not in table]
    found += [
        f"{name} {least}..{most}, not {counts[name]}"
        for name, (least, most) in table.items()
        if not least <= counts[name] <= most
    ]
    values = {line.name: line.value for line in event}
    if "STATUS" in values and values["STATUS"] not in STATUSES[method]:
        found.append(f"STATUS {values['STATUS']} in a {method}")
    if "DTEND" in values and "DURATION" in values:
        found.append("DTEND or DURATION, not both")
    for name in ("DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED"):
        if name in values and not (len(values[name]) == 16 and values[name].endswith("Z")):
            found.append(f"{name} in UTC, please")
    return found


def _split(text: str) -> Line:
    """Name, parameters and value, minding quotes (RFC 5545 section 3.1)."""
    pieces, current, quoted = [], "", False
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        if character in ":;" and not quoted:
            pieces.append(current)
            current = ""
            if character == ":":
                params = dict(piece.split("=", 1) for piece in pieces[1:])
                unquoted = {key: value.strip('"') for key, value in params.items()}
                return Line(pieces[0], unquoted, text[place + 1 :])
        else:
            current += character
    raise AssertionError(f"not a content line: {text!r}")
