"""How long the slots of 500 ambassadors over 30 days take, against a plain walk with datetimes.

Everything runs in one process, in interleaved rounds; the medians count. The walk must find the
same starts. Prints a table and writes bench/results/slots.json.
"""

import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors.core.hours import Hours, WeeklySpan  # noqa: E402 - the project is not installed
from ambassadors.core.slots import Diary, Rules, first_starts, starts  # noqa: E402
from ambassadors.core.spans import DAY, Span, minute_of, moment_of  # noqa: E402
from ambassadors.core.zones import wall_texts  # noqa: E402

AMBASSADORS, DAYS, MINUTES, ROUNDS = 500, 30, 30, 5
NOW = datetime(2026, 10, 12, 14, 7, tzinfo=UTC)  # three weeks before a clock change in Boston
FIRST = minute_of(NOW)
LAST = FIRST + DAYS * DAY
VIEWER = "America/New_York"
ZONES = (
    *("America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/Berlin"),
    *("Asia/Kolkata", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca"),
)
BUDGETS = {"integers": 100, "iso": 180}  # milliseconds


def make_diaries() -> list[Diary]:
    """Split weeks in many zones, eight chats, twenty busy spans and a full day each."""
    chance = random.Random(2026)
    return [make_diary(chance) for _ in range(AMBASSADORS)]


def make_diary(chance: random.Random) -> Diary:
    """One ambassador's diary."""
    weekly = []
    for weekday in chance.sample(range(7), 5):
        morning = chance.randrange(8, 11) * 60
        weekly.append(WeeklySpan(weekday, morning, morning + 150))
        if chance.random() < 0.6:
            weekly.append(WeeklySpan(weekday, morning + 240, morning + 420))
    return Diary(
        Hours(chance.choice(ZONES), tuple(weekly)),
        Rules(horizon=DAYS),
        make_spans(chance, 8, 40),
        make_spans(chance, 20, 60),
        {(NOW + timedelta(days=chance.randrange(2, DAYS))).date(): 3},
    )


def make_spans(chance: random.Random, count: int, length: int) -> tuple[Span, ...]:
    """Spans of one length, on quarters of an hour."""
    begins = (FIRST // 15 * 15 + chance.randrange(DAYS * 96) * 15 for _ in range(count))
    return tuple(Span(begin, begin + length) for begin in begins)


def count_integers(diaries: list[Diary]) -> list[list[int]]:
    """What the service computes."""
    return [starts(diary, FIRST, LAST, MINUTES, NOW) for diary in diaries]


def count_iso(diaries: list[Diary]) -> list[list[str]]:
    """The same as text in the viewer's zone, each distinct start written once."""
    found = count_integers(diaries)
    distinct = sorted(set().union(*found))
    texts = dict(zip(distinct, wall_texts(VIEWER, distinct), strict=True))
    return [[texts[start] for start in one] for one in found]


def count_soonest(diaries: list[Diary]) -> list[list[int]]:
    """The next three starts of each."""
    return [first_starts(diary, MINUTES, NOW, 3) for diary in diaries]


def walk(diaries: list[Diary]) -> list[list[datetime]]:
    """The plain way: days, spans and quarters of an hour as datetimes, each tried by itself."""
    return [walk_one(diary) for diary in diaries]


def walk_one(diary: Diary) -> list[datetime]:
    """One ambassador's starts (UTC)."""
    zone, rules = ZoneInfo(diary.hours.zone), diary.rules
    blocked = [(moment_of(a), moment_of(b)) for a, b in (*diary.taken, *diary.busy)]
    earliest, latest = NOW + timedelta(minutes=rules.notice), NOW + timedelta(days=rules.horizon)
    before, after = timedelta(minutes=rules.before), timedelta(minutes=rules.after)
    found = []
    day = NOW.astimezone(zone).date()
    while day <= (latest + timedelta(days=1)).date():
        for start in walk_day(diary, zone, day):
            end = start + timedelta(minutes=MINUTES)
            if earliest <= start <= latest and not any(
                a < end + after and start - before < b for a, b in blocked
            ):
                found.append(start)
        day += timedelta(days=1)
    return found


def walk_day(diary: Diary, zone: ZoneInfo, day: date) -> list[datetime]:
    """A date's starts (UTC) when nothing is booked; none when it is full."""
    if diary.chats_on.get(day, 0) >= diary.rules.daily_cap:
        return []
    found = []
    for span in diary.hours.weekly:
        if span.weekday != day.weekday():
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        wall = midnight + timedelta(minutes=span.start)
        while wall + timedelta(minutes=MINUTES) <= midnight + timedelta(minutes=span.end):
            found.append(wall.astimezone(UTC))
            wall += timedelta(minutes=15)
    return found


def measure(work: Callable[[list[Diary]], object], diaries: list[Diary]) -> float:
    """Milliseconds of CPU for one round; diaries are new in each round, hours are kept."""
    fresh = [replace(diary) for diary in diaries]
    begun = time.process_time()
    work(fresh)
    return (time.process_time() - begun) * 1000


def main() -> None:
    """Measures, compares, prints and writes."""
    diaries = make_diaries()
    ways = {"integers": count_integers, "iso": count_iso, "soonest": count_soonest, "walk": walk}
    cold = measure(count_integers, diaries)
    found = count_integers(diaries)
    assert [[moment_of(start) for start in one] for one in found] == walk(diaries)
    rounds = [{name: measure(way, diaries) for name, way in ways.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in ways}
    total = sum(map(len, found))
    print(f"{AMBASSADORS} ambassadors, {DAYS} days, {total} starts, {ROUNDS} rounds, CPU time")
    for name, spent in medians.items():
        budget = f"budget {BUDGETS[name]} ms" if name in BUDGETS else ""
        print(f"{name:10}{spent:9.1f} ms{spent / medians['walk']:9.4f} of the walk  {budget}")
    print(f"{'first run':10}{cold:9.1f} ms (zones not yet read)")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    record = {"python": platform.python_version(), "starts": total, "cold_ms": cold,
              "median_ms": medians, "budget_ms": BUDGETS, "rounds": rounds}  # fmt: skip
    (results / "slots.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
