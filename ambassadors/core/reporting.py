"""What reports count by: weeks and terms as spans of time, and the figures of one group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from ambassadors.core.said import pattern, said, shown
from ambassadors.core.settings.terms import Term
from ambassadors.core.wording import short_date_text
from ambassadors.core.zones import zone

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
# Where nobody has entered a calendar: the first month and the name of each term.
USUAL_TERMS = (
    (1, pattern("Spring {year}")),
    (5, pattern("Summer {year}")),
    (9, pattern("Fall {year}")),
)
BETWEEN = said("Between terms")


@dataclass(frozen=True)
class Period:
    """A half-open span of time that is counted together, and what it is called."""

    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Figures:
    """What is counted of one group. `wait` is the median time from the first asking to the first
    chat that took place; `stars` are all ratings added up, of which there are `rated`.
    """

    key: str
    label: str
    requests: int = 0
    matched: int = 0
    booked: int = 0
    held: int = 0
    no_shows: int = 0
    moved: int = 0
    stars: int = 0
    rated: int = 0
    wait: timedelta | None = None

    @property
    def rating(self) -> float | None:
        """The mean rating, 1 to 5."""
        return self.stars / self.rated if self.rated else None


def midnight(day: date, zone_name: str) -> datetime:
    """When a date begins in a zone."""
    return datetime.combine(day, time(), zone(zone_name))


def span_of(first: date, last: date, zone_name: str) -> tuple[datetime, datetime]:
    """From the beginning of the first date to the end of the last one."""
    return midnight(first, zone_name), midnight(last + DAY, zone_name)


def weeks_between(first: date, last: date, zone_name: str) -> list[Period]:
    """The weeks, from Mondays, that dates lie in; the first and the last are cut off there."""
    monday, found = first - timedelta(days=first.weekday()), []
    while monday <= last:
        begin, end = max(monday, first), min(monday + 6 * DAY, last)
        label = shown(short_date_text, monday)
        found.append(Period(label, *span_of(begin, end, zone_name)))
        monday += WEEK
    return found


def terms_between(
    first: date, last: date, zone_name: str, terms: Sequence[Term] = ()
) -> list[Period]:
    """The terms that dates lie in, cut off there, and what lies between two of them."""
    found, day = [], first
    for label, begin, end in named_terms(first, last, terms):
        begin, end = max(begin, day), min(end, last)
        if end < begin:
            continue
        if day < begin:
            found.append(Period(BETWEEN, *span_of(day, begin - DAY, zone_name)))
        found.append(Period(label, *span_of(begin, end, zone_name)))
        day = end + DAY
    if day <= last:
        found.append(Period(BETWEEN, *span_of(day, last, zone_name)))
    return found


def named_terms(first: date, last: date, terms: Sequence[Term]) -> Iterator[tuple[str, date, date]]:
    """The terms of the academic calendar, else three of each year, by their first days."""
    entered = sorted((one for one in terms if one.kind == "term"), key=lambda one: one.first)
    if entered:
        yield from ((one.name, one.first, one.last) for one in entered)
        return
    for year in range(first.year, last.year + 1):
        for place, (month, name) in enumerate(USUAL_TERMS):
            following = USUAL_TERMS[place + 1 : place + 2]
            end = date(year, following[0][0], 1) - DAY if following else date(year, 12, 31)
            yield said(name, year=year), date(year, month, 1), end


def median_wait(waits: Iterable[timedelta]) -> timedelta | None:
    """The time that half of all waited at most; none without anybody."""
    seconds = [one.total_seconds() for one in waits]
    return timedelta(seconds=median(seconds)) if seconds else None


def sum_up(rows: Iterable[Figures], waits: Iterable[timedelta]) -> Figures:
    """All groups together, where nothing is in two of them."""
    rows = list(rows)
    counts = ("requests", "matched", "booked", "held", "no_shows", "moved", "stars", "rated")
    sums = {name: sum(getattr(row, name) for row in rows) for name in counts}
    return Figures("", said("All"), **sums, wait=median_wait(waits))
