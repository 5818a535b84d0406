"""Times as pages show them: by day and week of the reader's own calendar."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from ambassadors.core.hours import date_numbered, local_date
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import DAY as DAY_MINUTES
from ambassadors.core.spans import minute_of, moment_of
from ambassadors.core.zones import wall_minutes
from ambassadors.core.zones import zone as tz

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEAR = 3  # times offered for one that is gone
ROW = 30  # minutes of the clock whose starts stand side by side
# Where the reader's day is cut, by hours of their clock.
PARTS = (
    (5, said("Night")),
    (12, said("Morning")),
    (17, said("Afternoon")),
    (24, said("Evening")),
)
# The part in which each hour of the clock lies.
PART_OF = tuple(next(name for end, name in PARTS if hour < end) for hour in range(24))

Row = tuple[int, ...]


@dataclass(frozen=True)
class Day:
    """One date of the reader's calendar and the epoch minutes that fall on it, in order.

    `parts` has the same by part of the day, those of the same half hour in one row.
    """

    date: date
    starts: Row = ()
    parts: tuple[tuple[str, tuple[Row, ...]], ...] = ()


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
        minute = minute_of(start)
        return any(minute in day.starts for day in self.days)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + 6 * DAY

    @property
    def all_days(self) -> tuple[Day, ...]:
        """All seven days, those without times as well."""
        held = {day.date: day for day in self.days}
        dates = (self.monday + number * DAY for number in range(7))
        return tuple(held.get(one) or Day(one) for one in dates)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the day in which any day has times."""
        held = {name for day in self.days for name, _ in day.parts}
        return tuple(name for _, name in PARTS if name in held)


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
        raise Refused(said("That is not a date. Choose a week from the page."), field=field)
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
    on_walls = zip(wall_minutes(zone, starts), starts, strict=True)
    dates = groupby(on_walls, key=lambda one: one[0] // DAY_MINUTES)
    return tuple(day_of(date_numbered(day), list(held)) for day, held in dates)


def day_of(day: date, held: Sequence[tuple[int, int]]) -> Day:
    """One date with its starts, in order: the minute on the wall and the epoch minute of each.

    An hour that comes twice has its rows twice: the zone's offset is another.
    """
    rows: dict[tuple[int, int], list[int]] = {}
    for wall, minute in held:
        rows.setdefault((wall - minute, wall // ROW), []).append(minute)
    parts: dict[str, list[Row]] = {}
    for (_, half_hour), row in rows.items():
        parts.setdefault(PART_OF[half_hour * ROW % DAY_MINUTES // 60], []).append(tuple(row))
    whole = tuple((name, tuple(some)) for name, some in parts.items())
    return Day(day, tuple(minute for _, minute in held), whole)


@dataclass(frozen=True)
class Times:
    """A week of free times, and the time that was chosen before.

    `chosen` is free still, and `kept` is the same when this week does not show it; `gone` is a
    chosen time that is not free, `near` are the free times nearest to it, in order, and `lengths`
    those for which it is free all the same.
    """

    week: Week
    chosen: datetime | None = None
    kept: datetime | None = None
    gone: datetime | None = None
    near: tuple[datetime, ...] = ()
    lengths: tuple[int, ...] = ()


def times_of_week(
    starts: Sequence[int],
    wanted: date | None,
    chosen: datetime | None,
    zone: str,
    now: datetime,
    horizon: int,
) -> Times:
    """The wanted week, else that of the chosen time, else that of the first start."""
    if wanted is None and chosen is not None:
        wanted = local_date(zone, minute_of(chosen))
    week = week_of_starts(starts, wanted, zone, now, horizon)
    if chosen is None:
        return Times(week)
    if minute_of(chosen) not in starts:
        return Times(week, gone=chosen, near=nearest(starts, minute_of(chosen)))
    return Times(week, chosen, None if week.shows(chosen) else chosen)


def nearest(starts: Sequence[int], minute: int) -> tuple[datetime, ...]:
    """The few starts nearest to an epoch minute, in order."""
    near = sorted(starts, key=lambda start: (abs(start - minute), start))[:NEAR]
    return tuple(map(moment_of, sorted(near)))
