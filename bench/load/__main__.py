"""`make load`: real servers over loopback with a season's traffic, on SQLite and on PostgreSQL.

Prints what was measured beside what is promised, as a table; writes bench/results/load.json.
`--only season rush reminders soak` chooses, `--databases sqlite`, `--minutes 1` and `--soak 5`
shorten, `--share 0.5` asks for half of the rates; `--hours all-day`: everybody is free fourteen
hours a day, seven days a week, instead of three on weekdays. Exit status 1 when a promise was
missed.
"""

import argparse
import dataclasses
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from bench._servers import ROOT
from bench.load.scenarios import PROMISED, Row, run_reminders, run_rush, run_season, run_soak
from bench.load.traffic import TIMETABLES

SCENARIOS = ("season", "rush", "reminders", "soak")
RESULTS = ROOT / "bench" / "results" / "load.json"


def read_options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=SCENARIOS, default=SCENARIOS)
    parser.add_argument("--databases", nargs="*", choices=tuple(PROMISED), default=tuple(PROMISED))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--soak", type=float, default=60.0, help="minutes")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--share", type=float, default=1.0, help="of the promised rates")
    parser.add_argument("--soak-share", type=float, default=0.2)
    parser.add_argument("--hours", choices=tuple(TIMETABLES), default="afternoons")
    parser.add_argument("--schedulers", type=int, default=1, help="that send reminders")
    return parser.parse_args()


def runs(options: argparse.Namespace) -> Iterator[Callable[[], Row]]:
    """What was asked for, one after the other."""
    for kind in options.databases:
        rates = PROMISED[kind].times(options.share)
        soaking = PROMISED[kind].times(options.soak_share)
        chosen: dict[str, Callable[[], Row]] = {
            "season": partial(run_season, kind, rates, options.minutes, options.hours),
            "rush": partial(run_rush, kind, options.rounds),
            "reminders": partial(run_reminders, kind, options.schedulers),
            "soak": partial(run_soak, kind, soaking, options.soak, options.hours),
        }
        yield from (run for name, run in chosen.items() if name in options.only)


def show(row: Row) -> str:
    """One row for people."""
    found = "; ".join(f"{name} {value}" for name, value in row.measured.items())
    verdict = f"**missed**: {', '.join(row.missed)}" if row.missed else "kept"
    return f"| {row.what} | {row.database} | {found} | {verdict} |"


def main() -> int:
    """All of them; the exit status says whether a promise was missed."""
    options, rows = read_options(), []
    print(f"{os.cpu_count()} cores, {platform.machine()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
    print("| what | database | measured | |\n|---|---|---|---|", flush=True)
    for run in runs(options):
        rows.append(run())
        print(show(rows[-1]), flush=True)
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps([dataclasses.asdict(row) for row in rows], indent=2, ensure_ascii=False)
        RESULTS.write_text(text + "\n", "utf-8")
    return int(any(row.missed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
