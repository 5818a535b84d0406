"""Busy spans as the database keeps them: one text a calendar, read for everybody at once."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.spans import Span, merge
from ambassadors.models import BusySpans, CalendarSource

FRESH = timedelta(minutes=1)  # what was read so shortly ago is not read sooner than planned
LOOKED_AT = timedelta(minutes=2)  # nor is it when somebody merely looks

_BUSY = (
    select(CalendarSource.ambassador_id, BusySpans.spans)
    .join(BusySpans, BusySpans.source_id == CalendarSource.id)
    .where(CalendarSource.paused.is_(False), BusySpans.spans != "[]")
    .order_by(CalendarSource.ambassador_id, CalendarSource.id)
)

# On the way to every booking: put together once.
_SOON = (
    update(CalendarSource)
    .where(
        CalendarSource.ambassador_id == bindparam("ambassador"),
        CalendarSource.next_at > bindparam("at"),
        or_(CalendarSource.tried_at.is_(None), CalendarSource.tried_at < bindparam("before")),
    )
    .values(next_at=bindparam("at"))
    .execution_options(synchronize_session=False)
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
    spans = [Span(*pair) for text in texts for pair in json.loads(text)]
    return tuple(spans if len(texts) == 1 else merge(spans))  # one calendar's are merged already


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


def is_stale(session: Session, ambassador_id: int, now: datetime) -> bool:
    """Whether an ambassador has a calendar that was not read within the last two minutes."""
    stale = exists().where(
        CalendarSource.ambassador_id == ambassador_id,
        CalendarSource.next_at > now,
        or_(CalendarSource.tried_at.is_(None), CalendarSource.tried_at < now - LOOKED_AT),
    )
    return bool(session.scalar(select(stale)))


def refresh_soon(session: Session, ambassador_id: int, now: datetime) -> None:
    """Has an ambassador's calendars read within seconds: somebody is choosing a time of theirs.

    So what is new in them is known when the code is entered (docs/decisions/calendar-reading.md).
    """
    values = {"ambassador": ambassador_id, "at": now, "before": now - FRESH}
    session.execute(_SOON, values)
