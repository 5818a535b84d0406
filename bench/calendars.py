"""How long a calendar of 2,000 events takes to read, and what hostile ones cost.

The reference is recurring-ical-events as it comes, on the same bytes, in interleaved rounds of CPU
time; both must find the same busy spans. Each hostile calendar of the tests is read in the real
process: wall time and peak memory (Linux). Prints tables and writes bench/results/calendars.json.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import recurring_ical_events  # noqa: E402 - the project is not installed
from icalendar import Calendar  # noqa: E402

from ambassadors.core.calendars import busy_spans  # noqa: E402
from ambassadors.core.spans import merge  # noqa: E402
from ambassadors.remote import reading  # noqa: E402
from tests.core.hostile_calendars import ENDLESS, NO_CALENDAR, WITH_A_GOOD_EVENT  # noqa: E402

EVENTS, RECURRING, DAYS, ROUNDS = 2_000, 400, 60, 5
START = datetime(2026, 3, 1, tzinfo=UTC)  # a week before a clock change in Boston
END = START + timedelta(days=DAYS)
RULES = (
    *("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY"),
    *("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z", "FREQ=WEEKLY;COUNT=60"),
)
MEASURED = """
import sys
from ambassadors.remote.reading_process import main
code = main()
print(open("/proc/self/status").read(), file=sys.stderr)
sys.exit(code)
"""


def make_calendar() -> bytes:
    """Two and a half years of a full calendar, one event in five recurring."""
    chance = random.Random(7)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//bench//EN"]
    for number in range(EVENTS):
        day = datetime(2024, 6, 3) + timedelta(days=chance.randrange(900))  # noqa: DTZ001
        begin = day + timedelta(minutes=15 * chance.randrange(28, 80))
        end = begin + timedelta(minutes=chance.choice((30, 60, 90)))
        lines += [
            *("BEGIN:VEVENT", f"UID:{number}@example.org", "DTSTAMP:20260101T000000Z"),
            f"DTSTART;TZID=America/New_York:{begin:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=America/New_York:{end:%Y%m%dT%H%M%S}",
            *("SUMMARY:Something private", "LOCATION:Somewhere", "SEQUENCE:1", "TRANSP:OPAQUE"),
            *("DESCRIPTION:" + "of no interest " * 12, "STATUS:CONFIRMED"),
            *([f"RRULE:{chance.choice(RULES)}"] if number < RECURRING else []),
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read_plainly(ics: bytes) -> list[tuple[datetime, datetime]]:
    """The plain way: everything parsed, everything expanded."""
    events = recurring_ical_events.of(Calendar.from_ical(ics)).between(START, END)
    pairs = [(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events]
    clipped = [(max(begin, START), min(end, END)) for begin, end in pairs]
    return [tuple(span) for span in merge(clipped)]  # type: ignore[arg-type, misc]


def measure(work: Callable[[], object]) -> float:
    """Seconds of CPU."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure_hostile(ics: bytes) -> tuple[float, float]:
    """Seconds on the wall, and peak memory in MB, of the process that reads it."""
    asked = reading.question(START, START + reading.LONGEST_WINDOW, "America/New_York")
    begun = time.perf_counter()
    done = subprocess.run(
        (sys.executable, "-P", "-c", MEASURED),
        input=asked + ics,
        capture_output=True,
        check=True,
        env=reading.environment(),
    )
    peak = re.search(rb"VmHWM:\s+(\d+)", done.stderr)
    return time.perf_counter() - begun, int(peak[1]) / 1024 if peak else 0


def main() -> None:
    """Measures, compares, prints and writes."""
    ics = make_calendar()
    assert list(busy_spans(ics, START, END, "UTC").spans) == read_plainly(ics)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(measure(lambda: busy_spans(ics, START, END, "UTC")))
        plain.append(measure(lambda: read_plainly(ics)))
    whole = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        reading.read_busy(ics, START, END, "UTC")
        whole.append(time.perf_counter() - begun)
    figures = {
        "ours_s": statistics.median(ours),
        "plain_s": statistics.median(plain),
        "process_wall_s": statistics.median(whole),
    }
    print(f"{EVENTS:,} events, {RECURRING} recurring, {DAYS} days, {len(ics) / 1e6:.1f} MB")
    print(f"  read here            {figures['ours_s']:6.2f} s of CPU")
    print(f"  recurring-ical-events{figures['plain_s']:6.2f} s of CPU")
    print(f"  ratio                {figures['ours_s'] / figures['plain_s']:6.2f}")
    print(f"  in its own process   {figures['process_wall_s']:6.2f} s on the wall")
    hostile = {}
    makers = WITH_A_GOOD_EVENT | {name: (make, "") for name, make in ENDLESS.items()} | NO_CALENDAR
    for name, (make, _) in makers.items():
        hostile[name] = measure_hostile(make())
        print(f"  {name:34} {hostile[name][0]:6.2f} s {hostile[name][1]:6.0f} MB", flush=True)
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "calendars.json").write_text(json.dumps(figures | {"hostile": hostile}, indent=1))


if __name__ == "__main__":
    main()
