"""Half-open spans of epoch minutes: whole UTC minutes since 1970-01-01."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

DAY = 1440
WEEK = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """The minutes from `start` up to, not including, `end`."""

    start: int
    end: int


def merge(spans: Iterable[tuple[int, int]]) -> list[Span]:
    """The same minutes, sorted, with what overlaps or touches made one; empty spans vanish."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            if end > merged[-1].end:
                merged[-1] = Span(merged[-1].start, end)
        else:
            merged.append(Span(start, end))
    return merged


def subtract(spans: Iterable[tuple[int, int]], cuts: Iterable[tuple[int, int]]) -> list[Span]:
    """The minutes of `spans` that lie in none of the `cuts`, merged."""
    left: list[Span] = []
    closed = merge(cuts)
    first = 0
    for start, end in merge(spans):
        while first < len(closed) and closed[first].end <= start:
            first += 1
        for cut in closed[first:]:
            if cut.start >= end:
                break
            if start < cut.start:
                left.append(Span(start, cut.start))
            start = cut.end
        if start < end:
            left.append(Span(start, end))
    return left


def pad(spans: Iterable[tuple[int, int]], before: int, after: int) -> list[Span]:
    """Each span made longer by `before` and `after` minutes, merged; empty spans stay nothing."""
    return merge((start - before, end + after) for start, end in spans if start < end)


def minute_of(moment: datetime) -> int:
    """The epoch minute in which an aware moment lies. ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be placed.")
    return (moment - _EPOCH) // _MINUTE


def ceil_minute_of(moment: datetime) -> int:
    """The first epoch minute that does not begin before an aware moment."""
    minute = minute_of(moment)
    return minute if moment_of(minute) == moment else minute + 1


def moment_of(minute: int) -> datetime:
    """The beginning of an epoch minute, aware, in UTC."""
    return _EPOCH + minute * _MINUTE
