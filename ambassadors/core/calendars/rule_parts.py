"""The parts of a recurrence rule (RFC 5545 section 3.3.10), bounded, as dateutil wants them."""

import re
from collections.abc import Mapping
from typing import Any

from dateutil.rrule import weekday

from ambassadors.core.calendars.faults import Unreadable
from ambassadors.core.said import said

MOST_A_DAY = 24  # times a day
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
# What dateutil calls each part, its greatest number, and whether it counts from the end as well.
_LISTS = {
    "BYMONTH": ("bymonth", 1, 12, False),
    "BYWEEKNO": ("byweekno", 1, 53, True),
    "BYYEARDAY": ("byyearday", 1, 366, True),
    "BYMONTHDAY": ("bymonthday", 1, 31, True),
    "BYHOUR": ("byhour", 0, 23, False),
    "BYMINUTE": ("byminute", 0, 59, False),
    "BYSECOND": ("bysecond", 0, 60, False),
    "BYSETPOS": ("bysetpos", 1, 366, True),
}
_PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "RSCALE", "SKIP"}


def split_parts(text: str) -> dict[str, str]:
    """The parts by name; refuses what is said twice, and parts that nobody knows."""
    given: dict[str, str] = {}
    for part in text.upper().replace(" ", "").split(";"):
        name, equals, value = part.partition("=")
        if not name and not equals:
            continue
        if name in given:
            raise Unreadable(said("its rule says the same thing twice"))
        if name not in _PLAIN and name not in _LISTS and not name.startswith("X-"):
            raise Unreadable(said("its rule has a part that is not known"))
        given[name] = value
    return given


def read_whole(text: str) -> int:
    """A whole number of at most 30 digits."""
    if not re.fullmatch(r"[+-]?\d{1,30}", text):
        raise Unreadable(said("its rule has a number that cannot be read"))
    return int(text)


def dateutil_parts(given: Mapping[str, str]) -> dict[str, Any]:
    """What dateutil is to be told; refuses what is out of range, or too often a day."""
    parts: dict[str, Any] = {}
    for name, (keyword, least, most, backwards) in _LISTS.items():
        if given.get(name):
            parts[keyword] = _numbers(given[name], least, most, backwards)
    if given.get("BYDAY"):
        parts["byweekday"] = _weekdays(given["BYDAY"])
    wkst = given.get("WKST") or "MO"
    if wkst not in _DAYS:
        raise Unreadable(said("its rule has a weekday that cannot be read"))
    parts["wkst"] = _DAYS.index(wkst)
    if "bysecond" in parts:
        parts["bysecond"] = sorted({min(second, 59) for second in parts["bysecond"]})
    times = [len(parts.get(name, (0,))) for name in ("byhour", "byminute", "bysecond")]
    if times[0] * times[1] * times[2] > MOST_A_DAY:
        raise Unreadable(
            said("it repeats more than {most_a_day} times a day", most_a_day=MOST_A_DAY)
        )
    return parts


def _numbers(text: str, least: int, most: int, backwards: bool) -> list[int]:
    numbers = {read_whole(part) for part in text.split(",") if part}
    for number in numbers:
        size = abs(number) if backwards else number
        if not least <= size <= most:
            raise Unreadable(said("its rule has a number that is out of range"))
    return sorted(numbers)


def _weekdays(text: str) -> list[weekday]:
    found = [_DAY.fullmatch(part) for part in text.split(",") if part]
    if not found or not all(found):
        raise Unreadable(said("its rule has a weekday that cannot be read"))
    pairs = {(_DAYS.index(match[2]), int(match[1] or 0)) for match in found if match}
    return [weekday(day, nth or None) for day, nth in sorted(pairs)]
