"""IANA time zones: today's names for old ones, and when their offsets change.

Names come from tzdata's own tables: `zone.tab` (every zone somebody lives in) and the links of
`tzdata.zi` (every old name). Browsers still send old names such as `Asia/Calcutta`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from zoneinfo import ZoneInfo

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.spans import DAY, moment_of

_MINUTE = timedelta(minutes=1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# tzdata links these to another country's zone that keeps the same time since 1970, or (the last
# four) keeps them as zones of their own; the names below are what its comments and later
# releases call them.
_RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
    "Etc/GMT": "UTC",
    "Etc/UTC": "UTC",
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
}


def canonical(name: str) -> str | None:
    """Today's IANA name for a zone, however old or oddly capitalised; None when unknown."""
    return _names().get(name.casefold())


@cache
def offered() -> tuple[str, ...]:
    """The names a person chooses from, in alphabetical order, UTC last."""
    rows = _read("zone.tab")
    return (*sorted(row.split("\t")[2] for row in rows if not row.startswith("#")), "UTC")


def country(name: str) -> str:
    """The ISO 3166 code of the country that a zone lies in; "" for one of no country, as UTC."""
    return _countries().get(name, "")


def country_name(code: str) -> str:
    """A country's usual English name, as tzdata's own list has it; "" for none of its codes."""
    return _country_names().get(code, "")


@cache
def _countries() -> Mapping[str, str]:
    rows = (row.split("\t") for row in _read("zone.tab") if not row.startswith("#"))
    return MappingProxyType({row[2]: row[0] for row in rows})


@cache
def _country_names() -> Mapping[str, str]:
    rows = (row.split("\t") for row in _read("iso3166.tab") if not row.startswith("#"))
    return MappingProxyType({row[0]: row[1] for row in rows})


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that name or alias. Refused when unknown."""
    known = canonical(name)
    if known is None:
        raise Refused(said("That time zone is not known."), field="time_zone")
    return ZoneInfo(known)


def segments(name: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The epoch minutes [start, end) cut wherever the zone's offset changes.

    Yields (start, end, offset): between them the wall time is the UTC minute plus `offset`.
    """
    if start >= end:
        return
    for year in range(moment_of(start).year, moment_of(end - 1).year + 1):
        for first, last, offset in _segments_of_year(name, year):
            if last > start and first < end:
                yield max(first, start), min(last, end), offset


def wall_minute(name: str, minute: int) -> int:
    """The wall time at an epoch minute, counted in minutes as if the wall clock were UTC."""
    for _, _, offset in segments(name, minute, minute + 1):
        return minute + offset
    raise AssertionError("every minute lies in a segment")  # pragma: no cover


@lru_cache(maxsize=4096)
def offset_of_day(name: str, day: int) -> int | None:
    """The zone's offset in minutes, for the whole of an epoch day; None when it changes within."""
    offsets = [offset for _, _, offset in segments(name, day * DAY, day * DAY + DAY)]
    return offsets[0] if len(set(offsets)) == 1 else None


def wall_minutes(name: str, minutes: Sequence[int]) -> list[int]:
    """`wall_minute` of each of many epoch minutes, which are in order."""
    if not minutes:
        return []
    cuts = segments(name, minutes[0], minutes[-1] + 1)
    _, last, offset = next(cuts)
    walls = []
    for minute in minutes:
        while minute >= last:
            _, last, offset = next(cuts)
        walls.append(minute + offset)
    return walls


def wall_texts(name: str, minutes: Iterable[int]) -> list[str]:
    """Epoch minutes as ISO 8601 in the zone, offset included: `2025-03-03T09:00:00-05:00`.

    Meant for many minutes at once: dates and offsets are written once and shared.
    """
    wanted = list(minutes)
    if not wanted:
        return []
    cuts = list(segments(name, min(wanted), max(wanted) + 1))
    texts: dict[int, str] = {}
    for minute in set(wanted):
        offset = next(offset for first, last, offset in cuts if first <= minute < last)
        day, clock = divmod(minute + offset, DAY)
        texts[minute] = _day_text(day) + _clock_text(clock) + _offset_text(offset)
    return [texts[minute] for minute in wanted]


@lru_cache(maxsize=4096)
def _segments_of_year(name: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """The segments of one UTC year.

    zoneinfo does not list its transitions, so each day is probed and a change found by halving.
    A day is short enough: no zone has changed twice within 167 hours since 1970.
    """
    start = (date(year, 1, 1).toordinal() - _EPOCH_DAY) * DAY
    end = start + (date(year, 12, 31).timetuple().tm_yday) * DAY
    tz = zone(name)
    found = []
    begun, offset = start, _offset(tz, start)
    for probe in range(start + DAY, end + 1, DAY):
        probe = min(probe, end - 1)
        if _offset(tz, probe) != offset:
            change = _first_change(tz, probe - DAY, probe)
            found.append((begun, change, offset))
            begun, offset = change, _offset(tz, change)
    return (*found, (begun, end, offset))


def _first_change(tz: ZoneInfo, before: int, after: int) -> int:
    """The minute in (before, after] at which the offset has left what it was at `before`."""
    old = _offset(tz, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(tz, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(tz: ZoneInfo, minute: int) -> int:
    """Minutes by which the wall clock is ahead of UTC (whole ones: true everywhere since 1972)."""
    ahead = moment_of(minute).astimezone(tz).utcoffset() or timedelta()
    return ahead // _MINUTE


@cache
def _names() -> Mapping[str, str]:
    """Every known name, case folded, with today's."""
    links: dict[str, str] = {}
    today = {name: name for name in offered()}
    for words in (line.split() for line in _read("tzdata.zi")):
        if words[0] == "L":
            links[words[2]] = words[1]
        elif words[0] == "Z" and words[1] != "Factory":
            today.setdefault(words[1], words[1])
    for name in links:
        today.setdefault(name, _target(name, links))
    today |= {name: _RENAMED.get(goal, goal) for name, goal in today.items()} | _RENAMED
    return MappingProxyType({name.casefold(): goal for name, goal in today.items()})


def _target(name: str, links: Mapping[str, str]) -> str:
    while name in links:
        name = links[name]
    return name


def _read(table: str) -> list[str]:
    text = (files("tzdata") / "zoneinfo" / table).read_text("utf-8")
    return [line for line in text.splitlines() if line]


@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return date.fromordinal(day + _EPOCH_DAY).isoformat()


@cache
def _clock_text(clock: int) -> str:
    return f"T{clock // 60:02d}:{clock % 60:02d}:00"


@cache
def _offset_text(offset: int) -> str:
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
