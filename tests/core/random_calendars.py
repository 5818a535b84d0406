"""Random calendars around clock changes, drawn from a seed.

What RFC 5545 leaves open is not drawn: a DTSTART that does not meet its rule, an override of no
instance; nor times that a change skips or repeats, where ical.js does not follow section 3.3.5.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from dateutil.rrule import rrulestr

from tests.core.calendar_texts import calendar, event

OBSERVANCE = """
BEGIN:{0}
DTSTART:{1}
RRULE:FREQ=YEARLY;BYMONTH={2};BYDAY={3}
TZOFFSETFROM:{4}
TZOFFSETTO:{5}
END:{0}"""
# Name, IANA zone, its rules since 2008 or longer.
ZONES = (
    ("America/New_York", (("DAYLIGHT", "20070311T020000", 3, "2SU", "-0500", "-0400"),
                          ("STANDARD", "20071104T020000", 11, "1SU", "-0400", "-0500"))),
    ("Europe/Berlin", (("DAYLIGHT", "19960331T020000", 3, "-1SU", "+0100", "+0200"),
                       ("STANDARD", "19961027T030000", 10, "-1SU", "+0200", "+0100"))),
    ("Australia/Lord_Howe", (("STANDARD", "20080406T020000", 4, "1SU", "+1100", "+1030"),
                             ("DAYLIGHT", "20081005T020000", 10, "1SU", "+1030", "+1100"))),
)  # fmt: skip
CHANGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Drawn(NamedTuple):
    ics: bytes
    start: datetime
    end: datetime


def vtimezone(name, observances):
    parts = "".join(OBSERVANCE.format(*one) for one in observances)
    return f"BEGIN:VTIMEZONE\nTZID:{name}{parts}\nEND:VTIMEZONE"


def draw(seed):
    """A calendar of one zone with up to six series, and a window around a clock change."""
    rnd = random.Random(seed)
    name, observances = rnd.choice(ZONES)
    named = rnd.choice((name, "Of our own"))
    change = datetime.fromisoformat(rnd.choice(CHANGES))
    series = [draw_series(rnd, named, change, f"{n}@example.org") for n in range(rnd.randint(1, 6))]
    start = change.replace(tzinfo=UTC) - timedelta(days=rnd.randint(1, 40))
    ics = calendar(vtimezone(named, observances), *series)
    return Drawn(ics, start, start + timedelta(days=rnd.randint(2, 60)))


def draw_series(rnd, zone, change, uid):
    days = rnd.random() < 0.15
    hour = 0 if days else rnd.choice((0, 4, 9, 14, 20))
    wanted = change - timedelta(days=rnd.randint(0, 500))
    wanted = wanted.replace(hour=hour, minute=0 if days else rnd.choice((0, 30)))
    rule = draw_rule(rnd)
    walls = list(islice(rrulestr(rule, dtstart=wanted), 700))
    if not walls:
        return ""
    rule, walls = draw_end(rnd, rule, walls, days)
    near = [wall for wall in walls if abs(wall - change) < timedelta(days=45)] or walls[:1]
    write = Writing(zone, days)
    length = timedelta(days=rnd.randint(1, 3)) if days else timedelta(minutes=rnd.choice((15, 25)))
    lines = [
        write.line("DTSTART", walls[0]),
        write.line("DTEND", walls[0] + length),
        f"RRULE:{rule}",
    ]
    lines += [
        write.line("EXDATE", wall) for wall in rnd.sample(near, min(len(near), rnd.randint(0, 3)))
    ]
    overrides = [
        draw_override(rnd, write, wall, uid)
        for wall in rnd.sample(near, min(len(near), rnd.randint(0, 3)))
        if write.line("EXDATE", wall) not in lines
    ]
    return "\n".join([event("\n".join(lines), uid), *overrides])


def draw_end(rnd, rule, walls, days):
    """The rule with an end, or without, and those of its wall times that come before it."""
    kind = rnd.choice(("", "", "COUNT", "UNTIL"))
    last = rnd.randrange(len(walls))
    if kind == "COUNT":
        return f"{rule};COUNT={last + 1}", walls[: last + 1]
    if kind == "UNTIL":
        until = walls[last] if days else walls[last] + timedelta(hours=15)
        form = "%Y%m%d" if days else "%Y%m%dT%H%M%SZ"
        return f"{rule};UNTIL={until:{form}}", walls[: last + 1]
    return rule, walls


def draw_override(rnd, write, wall, uid):
    moved = wall + timedelta(
        days=rnd.randint(-20, 20), hours=0 if write.days else rnd.choice((0, 4))
    )
    lines = (
        write.line("RECURRENCE-ID", wall),
        write.line("DTSTART", moved),
        write.line("DTEND", moved + (timedelta(days=1) if write.days else timedelta(minutes=20))),
    )
    return event("\n".join(lines), uid)


class Writing(NamedTuple):
    """How the times of a series are written."""

    zone: str
    days: bool

    def line(self, name, wall):
        if self.days:
            return f"{name};VALUE=DATE:{wall:%Y%m%d}"
        return f"{name};TZID={self.zone}:{wall:%Y%m%dT%H%M%S}"


def draw_rule(rnd):
    frequency = rnd.choice(("DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"))
    parts = [f"FREQ={frequency}"]
    if rnd.random() < 0.5:
        parts.append(f"INTERVAL={rnd.randint(2, 4)}")
    if frequency == "WEEKLY" and rnd.random() < 0.7:
        parts.append("BYDAY=" + ",".join(rnd.sample(DAYS, rnd.randint(1, 4))))
        parts.append(f"WKST={rnd.choice(('MO', 'SU'))}")
    elif frequency == "MONTHLY":
        parts += rnd.choice(
            (
                ["BYMONTHDAY=31"],
                ["BYMONTHDAY=-1,15"],
                ["BYDAY=2TU"],
                ["BYDAY=-1FR,1MO"],
                ["BYDAY=MO,TU,WE,TH,FR", "BYSETPOS=-1"],
                [],
            )
        )
    elif frequency == "YEARLY":
        parts += rnd.choice(
            (["BYMONTH=3,10", "BYDAY=-1SU"], ["BYMONTH=3,4,11", "BYMONTHDAY=8,29"], [])
        )
    return ";".join(parts)
