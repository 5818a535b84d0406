"""Hours as people type them: “9-12, 2pm-5:30pm”, “09:00 – 17:00 and 19:00 – 20:00”."""

import re
from collections.abc import Iterable

from ambassadors.core.hours import WallSpans
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import DAY, merge
from ambassadors.services.timetable import wall_clock

NOON = 12 * 60
LONGEST = 200
_SEPARATOR = re.compile(r"[,;\n]|\band\b")
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|a\.m\.|p\.m\.)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|until)\s*{_CLOCK}", re.ASCII)


def parse_day(text: str, what: str, field: str) -> WallSpans:
    """The hours of one day in wall minutes, in order; what overlaps or touches is one span.

    Refused with a sentence that quotes what cannot be read; `what` names the day in it.
    """
    return tuple((span.start, span.end) for span in merge(parse_parts(text, what, field)))


def parse_parts(text: str, what: str, field: str) -> WallSpans:
    """The spans of one day as they were typed, in order; none for an empty text."""
    if len(text) > LONGEST:
        raise Refused(said("{what} have too many parts.", what=what), field=field)
    parts = [part.strip() for part in _SEPARATOR.split(text.lower()) if part.strip()]
    return tuple(sorted(parse_span(part, what, field) for part in parts))


def parse_span(text: str, what: str, field: str) -> tuple[int, int]:
    """One span. Without am and pm a clock of 24 hours is meant; “1-5pm” is all afternoon."""
    read = _SPAN.fullmatch(text)
    if read is None:
        raise Refused(
            said(
                "{what}: “{text}” cannot be read; write hours like 09:00-12:00 or 9am-12pm.",
                what=what,
                text=text[:40],
            ),
            field=field,
        )
    start, end = clock(read[1], read[2], read[3]), clock(read[4], read[5], read[6])
    if read[6] and not read[3]:
        start = clock(read[1], read[2], "pm")
        start = (
            start
            if start is not None and end is not None and start < end
            else clock(read[1], read[2], "am")
        )
    if start is None or end is None:
        raise Refused(
            said(
                "{what}: “{text}” has a time that is not on the clock.", what=what, text=text[:40]
            ),
            field=field,
        )
    end = end or DAY  # until midnight
    if start >= end:
        raise Refused(
            said(
                "{what}: “{text}” ends before it begins; write 9am-5pm or 09:00-17:00.",
                what=what,
                text=text[:40],
            ),
            field=field,
        )
    return start, end


def clock(hour: str, minute: str | None, half: str | None) -> int | None:
    """A wall minute of the day, 24:00 allowed; None for what is on no clock."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59:
        return None
    if half:
        if not 1 <= hours <= 12:
            return None
        return hours % 12 * 60 + minutes + (NOON if half.startswith("p") else 0)
    total = hours * 60 + minutes
    return total if total <= DAY else None


def format_day(spans: Iterable[tuple[int, int]]) -> str:
    """Spans as the text that `parse_day` reads: “09:00-12:00, 14:00-17:30”."""
    return ", ".join(f"{wall_clock(start)}-{wall_clock(end)}" for start, end in sorted(spans))
