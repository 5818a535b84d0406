"""Busy spans as the database keeps them: one text a calendar, read for everybody at once."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.core.spans import Span, merge
from ambassadors.models import BusySpans, CalendarSource

_BUSY = (
    select(CalendarSource.ambassador_id, BusySpans.spans)
    .join(BusySpans, BusySpans.source_id == CalendarSource.id)
    .where(CalendarSource.paused.is_(False), BusySpans.spans != "[]")
    .order_by(CalendarSource.ambassador_id, CalendarSource.id)
)


def read_busy(session: Session) -> dict[int, tuple[Span, ...]]:
    """When each ambassador's calendars are busy, paused ones left out: one query."""
    texts: dict[int, list[str]] = {}
    for ambassador_id, text in session.execute(_BUSY):
        texts.setdefault(ambassador_id, []).append(text)
    return {one: parse_spans(*found) for one, found in texts.items()}


# Most calendars are as they were when somebody else's has changed: those are not read again.
@lru_cache(maxsize=1024)
def parse_spans(*texts: str) -> tuple[Span, ...]:
    """The spans of one ambassador's calendars together, in order, none touching another."""
    return tuple(merge((start, end) for text in texts for start, end in json.loads(text)))


def write_spans(spans: Iterable[tuple[int, int]]) -> str:
    """Spans as they are kept: the same text for the same minutes."""
    return json.dumps(merge(spans), separators=(",", ":"))


def busy_during(busy: Sequence[Span], start: int, end: int) -> Span | None:
    """The first busy span that overlaps the epoch minutes [start, end), if any."""
    place = max(0, bisect_right(busy, (start, start)) - 1)
    for span in busy[place:]:
        if span.start >= end:
            return None
        if span.end > start:
            return span
    return None
