"""The slots that hours give, as a page shows them: a row a day, in words and as a drawing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ambassadors.core.hours import Hours, local_date, open_spans
from ambassadors.core.moments import clock
from ambassadors.core.slots import GRID
from ambassadors.core.spans import DAY, Span, minute_of
from ambassadors.core.zones import wall_minute
from ambassadors.services.timetable import PREVIEW, Preview
from ambassadors.web.weeks import midnight

Bar = tuple[int, int]  # where it begins and how long it is, in minutes of the day


@dataclass(frozen=True)
class GivenDay:
    """One date: its starts in words, and bars for the hours, the slots and what is busy."""

    date: date
    starts: int
    words: str
    hours: tuple[Bar, ...]
    slots: tuple[Bar, ...]
    busy: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Given:
    """The slots of the next two weeks for one length in minutes."""

    minutes: int
    total: int
    zone: str
    days: tuple[GivenDay, ...]

    @property
    def any_busy(self) -> bool:
        """Whether a calendar says anything about these days."""
        return any(day.busy for day in self.days)


def give(found: Preview, hours: Hours, now: datetime) -> Given:
    """Every day of the preview, with slots or without."""
    zone = hours.zone
    by_date: dict[date, list[datetime]] = {}
    for start in found.starts:
        by_date.setdefault(local_date(zone, minute_of(start)), []).append(start)
    today = local_date(zone, minute_of(now))
    dates = [today + timedelta(days=n) for n in range(PREVIEW.days + 1)]
    days = tuple(give_day(day, by_date.get(day, []), hours, found) for day in dates)
    return Given(found.minutes, len(found.starts), zone, days)


def give_day(day: date, starts: Sequence[datetime], hours: Hours, found: Preview) -> GivenDay:
    """One date with its starts."""
    zone = hours.zone
    runs = run_together(starts)
    first, after = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    begin, end, minutes = minute_of(first), minute_of(after), found.minutes
    spans = open_spans(hours, begin, end)
    busy = [Span(max(a, begin), min(b, end)) for a, b in found.busy if a < end and b > begin]
    return GivenDay(
        date=day,
        starts=len(starts),
        words="; ".join(in_words(run, zone) for run in runs),
        hours=tuple(bar(span.start, span.end, zone) for span in spans),
        slots=tuple(bar(minute_of(run[0]), minute_of(run[-1]) + minutes, zone) for run in runs),
        busy=tuple(bar(span.start, span.end, zone) for span in busy),
    )


def run_together(starts: Iterable[datetime]) -> list[list[datetime]]:
    """Starts that follow each other on the grid, run by run."""
    runs: list[list[datetime]] = []
    for start in starts:
        if runs and start - runs[-1][-1] == timedelta(minutes=GRID):
            runs[-1].append(start)
        else:
            runs.append([start])
    return runs


def in_words(run: Sequence[datetime], zone: str) -> str:
    """When the chats of a run start: "9:00 am to 11:30 am"."""
    first, last = clock(run[0], zone), clock(run[-1], zone)
    return first if len(run) == 1 else f"{first} to {last}"


def bar(start: int, end: int, zone: str) -> Bar:
    """Epoch minutes as a bar of their day."""
    begin = wall_minute(zone, start) % DAY
    return begin, min(end - start, DAY - begin)
