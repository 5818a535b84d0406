"""The slots that hours give, as a page shows them: a row a day, in words and as a drawing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext

from ambassadors.core.hours import local_date, open_spans
from ambassadors.core.moments import WEEKDAYS, clock
from ambassadors.core.slots import GRID, why_closed
from ambassadors.core.spans import DAY, Span, minute_of, moment_of
from ambassadors.core.unbookable import Gap
from ambassadors.core.wording import clock_text
from ambassadors.core.zones import wall_minute
from ambassadors.core.zones import zone as tz
from ambassadors.services.programme import BOSTON
from ambassadors.services.timetable_preview import PREVIEW, Preview
from ambassadors.web.weeks import midnight

Bar = tuple[int, int]  # where it begins and how long it is, in minutes of the day
WEEKLY = "closed"  # the reason that goes without saying


@dataclass(frozen=True)
class Not:
    """Hours that cannot be booked: when their chats would start, and why not."""

    when: str
    why: str


@dataclass(frozen=True)
class GivenDay:
    """One date: its starts in words, the same by Boston's clocks where they differ, what cannot be
    booked, and bars for the hours, the slots, what is busy and what other chats take.
    """

    date: date
    starts: int
    words: str
    boston: str
    reasons: tuple[Not, ...]
    hours: tuple[Bar, ...]
    slots: tuple[Bar, ...]
    busy: tuple[Bar, ...] = ()
    taken: tuple[Bar, ...] = ()


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

    @property
    def any_taken(self) -> bool:
        """Whether there are chats on these days."""
        return any(day.taken for day in self.days)


def give(found: Preview, now: datetime) -> Given:
    """Every day of the preview, with slots or without."""
    zone = found.hours.zone
    by_date: dict[date, list[datetime]] = {}
    for start in found.starts:
        by_date.setdefault(local_date(zone, minute_of(start)), []).append(start)
    today = local_date(zone, minute_of(now))
    dates = [today + timedelta(days=n) for n in range(PREVIEW.days + 1)]
    days = tuple(give_day(day, by_date.get(day, []), found) for day in dates)
    return Given(found.minutes, len(found.starts), zone, days)


def give_day(day: date, starts: Sequence[datetime], found: Preview) -> GivenDay:
    """One date with its starts."""
    zone, minutes = found.hours.zone, found.minutes
    runs = run_together(starts)
    within = Span(
        minute_of(midnight(day, zone)), minute_of(midnight(day + timedelta(days=1), zone))
    )
    return GivenDay(
        date=day,
        starts=len(starts),
        words="; ".join(in_words(run[0], run[-1], zone) for run in runs),
        boston="; ".join(in_boston(run, zone) for run in runs) if differs(starts, zone) else "",
        reasons=tuple(say_not(found, day, within)),
        hours=bars(open_spans(found.hours, *within), within, zone),
        slots=tuple(bar(minute_of(run[0]), minute_of(run[-1]) + minutes, zone) for run in runs),
        busy=bars(found.busy, within, zone),
        taken=bars(found.taken, within, zone),
    )


def say_not(found: Preview, day: date, within: Span) -> Iterator[Not]:
    """What of a day cannot be booked; a day without hours says so unless every week has it so."""
    zone = found.hours.zone
    if not open_spans(found.hours, *within):
        why = why_closed(found.hours, within.start)
        if why.code != WEEKLY:
            yield Not("", why.text)
    for gap in found.gaps:
        if local_date(zone, gap.first) == day:
            yield Not(when_not(gap, zone), gap.why.text)


def when_not(gap: Gap, zone: str) -> str:
    """When the chats of a gap would start."""
    return in_words(moment_of(gap.first), moment_of(gap.last), zone)


def differs(starts: Iterable[datetime], zone: str) -> bool:
    """Whether Boston's clocks show another time than those of a zone at any of the moments."""
    return any(ahead(start, zone) for start in starts)


def ahead(moment: datetime, zone: str) -> int:
    """By how many minutes Boston's clocks are ahead of those of a zone at a moment."""
    here, there = moment.astimezone(tz(zone)), moment.astimezone(tz(BOSTON))
    return (there.replace(tzinfo=None) - here.replace(tzinfo=None)) // timedelta(minutes=1)


def nine_in_boston(ahead: int) -> tuple[str, int]:
    """What Boston's clocks, so many minutes ahead, show at nine; and on the day before (-1), the
    same (0) or the next (1).
    """
    day, minute = divmod(9 * 60 + ahead, DAY)
    return clock_text(minute), day


def in_boston(run: Sequence[datetime], zone: str) -> str:
    """A run by Boston's clocks, with the weekday where it is another one there."""
    first = local_date(BOSTON, minute_of(run[0]))
    other = first != local_date(zone, minute_of(run[0]))
    words = in_words(run[0], run[-1], BOSTON)
    return f"{WEEKDAYS[first.weekday()]} {words}" if other else words


def run_together(starts: Iterable[datetime]) -> list[list[datetime]]:
    """Starts that follow each other on the grid, run by run."""
    runs: list[list[datetime]] = []
    for start in starts:
        if runs and start - runs[-1][-1] == timedelta(minutes=GRID):
            runs[-1].append(start)
        else:
            runs.append([start])
    return runs


def in_words(first: datetime, last: datetime, zone: str) -> str:
    """When the chats of a run start: "9:00 am to 11:30 am"."""
    begin, end = clock(first, zone), clock(last, zone)
    return begin if begin == end else gettext("%(begin)s to %(end)s", begin=begin, end=end)


def bars(spans: Iterable[Span], within: Span, zone: str) -> tuple[Bar, ...]:
    """What of the spans lies within a day, as bars of it."""
    clipped = ((max(a, within.start), min(b, within.end)) for a, b in spans)
    return tuple(bar(start, end, zone) for start, end in clipped if start < end)


def bar(start: int, end: int, zone: str) -> Bar:
    """Epoch minutes as a bar of their day."""
    begin = wall_minute(zone, start) % DAY
    return begin, min(end - start, DAY - begin)
