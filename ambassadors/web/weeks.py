"""Times as pages show them: by day and week of the reader's own calendar."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ambassadors.core.hours import local_date
from ambassadors.core.refused import Refused
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.core.zones import zone as tz

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """One date of the reader's calendar and the moments that fall on it, in order."""

    date: date
    starts: tuple[datetime, ...]


@dataclass(frozen=True)
class Week:
    """One week of free times; only days that have any.

    `before` and `after` are the Mondays to page to, None where there is nothing more to see.
    `elsewhere` is the free time nearest to a week that has none.
    """

    monday: date
    days: tuple[Day, ...]
    before: date | None
    after: date | None
    elsewhere: datetime | None

    def shows(self, start: datetime) -> bool:
        """Whether a time is one of this week's."""
        return any(start in day.starts for day in self.days)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + 6 * DAY


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def midnight(day: date, zone: str) -> datetime:
    """Where the date begins in a zone."""
    return datetime.combine(day, time(), tzinfo=tz(zone))


def read_day(text: str, field: str) -> date | None:
    """A date as addresses carry it; None when there is none. Refused when it is malformed."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 < day.year < 2200:
        raise Refused("That is not a date. Choose a week from the page.", field=field)
    return day


def week_of_starts(
    starts: Sequence[int], wanted: date | None, zone: str, now: datetime, horizon: int
) -> Week:
    """The week around `wanted`, else the one of the first start, else this one.

    `starts` are epoch minutes in order, `horizon` the days until the last that can be booked.
    """
    today = local_date(zone, minute_of(now))
    first_day = wanted or (local_date(zone, starts[0]) if starts else today)
    monday = monday_of(first_day)
    start, end = minute_of(midnight(monday, zone)), minute_of(midnight(monday + WEEK, zone))
    first, last = bisect_left(starts, start), bisect_left(starts, end)
    elsewhere = starts[last : last + 1] or starts[max(0, first - 1) : first]
    return Week(
        monday,
        by_day(starts[first:last], zone),
        before=monday - WEEK if monday > monday_of(today) else None,
        after=monday + WEEK if monday + WEEK <= today + timedelta(days=horizon) else None,
        elsewhere=moment_of(elsewhere[0]) if elsewhere and first == last else None,
    )


def by_day(starts: Sequence[int], zone: str) -> tuple[Day, ...]:
    """Epoch minutes, in order, by the reader's date."""
    days: dict[date, list[datetime]] = {}
    for minute in starts:
        days.setdefault(local_date(zone, minute), []).append(moment_of(minute))
    return tuple(Day(day, tuple(moments)) for day, moments in days.items())
