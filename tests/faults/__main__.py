"""The full dose: `make faults`. Prints a table; writes bench/results/faults.json.

`--only words` does the scenarios whose name has one of these words; `--kills 200` and the others
change a dose.
"""

import argparse
import dataclasses
import itertools
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from config import ROOT, Settings
from tests.conftest import migrate_to_head, settings_for
from tests.faults.scenarios.backups import copy_sqlite, dump_postgres, restore_under_load
from tests.faults.scenarios.clocks import jump, stand_still
from tests.faults.scenarios.disks import fail_fsync, fill, fill_up, set_quota, small_disk
from tests.faults.scenarios.kills import Dose, kill_at_random
from tests.faults.scenarios.locks import hold_locked
from tests.faults.scenarios.mails import MODES, fail_to_send
from tests.faults.scenarios.migrating import kill_migrations
from tests.faults.scenarios.outcome import Outcome
from tests.faults.scenarios.people import service
from tests.faults.scenarios.servers import kill_database
from tests.postgres import PostgresServer

RESULTS = ROOT / "bench" / "results" / "faults.json"
Scenario = Callable[[], Outcome]


@dataclass
class Bench:
    """Fresh databases of both kinds, in a folder."""

    folder: Path
    server: PostgresServer
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def empty(self, kind: str, folder: Path | None = None) -> Settings:
        """A database without tables."""
        where = folder or self.folder / str(next(self.numbers))
        where.mkdir(exist_ok=True)
        url = self.server.new_database() if kind == "postgresql" else None
        changes = {"rate_limits": False, "verify_email": False}
        return settings_for(where, url, **changes)  # type: ignore[arg-type]

    def fresh(self, kind: str, folder: Path | None = None) -> Settings:
        """One with all tables; SQLite's are copied from one that was migrated."""
        settings = self.empty(kind, folder)
        template = self.folder / "template.db"
        if kind == "postgresql" or not template.exists():
            migrate_to_head(settings)
        if kind == "sqlite":
            file = settings.database_url.removeprefix("sqlite:///")
            shutil.copy(*((template, file) if template.exists() else (file, template)))
        return settings


def fleets(bench: Bench, kills: int) -> Iterator[tuple[str, Scenario]]:
    """Processes killed under load: half of the kills on one machine, half on several."""
    for kind, webs, schedulers in (("sqlite", 1, 1), ("postgresql", 3, 2)):

        def run(kind: str = kind, webs: int = webs, schedulers: int = schedulers) -> Outcome:
            settings = bench.fresh(kind)
            dose = Dose(webs, schedulers, kills // 2, reminders=100)
            with service(settings) as app:
                return kill_at_random(settings, app, dose)

        yield f"kill {kind}", run


def on_both(bench: Bench, doses: argparse.Namespace) -> Iterator[tuple[str, Scenario]]:
    """What is done to either database in this process."""
    for kind in ("sqlite", "postgresql"):

        def with_app(work: Callable[..., Outcome], kind: str = kind, **more: object) -> Outcome:
            with service(bench.fresh(kind)) as app:
                return work(app, **more)

        for mode in MODES:
            mails = {"mode": mode, "chats": 30, "passes": 3, "patience": 10.0}
            yield f"mail {mode} {kind}", partial(with_app, fail_to_send, **mails)
        short, long = {"seconds": 3, "given_up": False}, {"seconds": 30, "given_up": True}
        yield f"lock 3 {kind}", partial(with_app, hold_locked, clients=10, **short)
        yield f"lock 30 {kind}", partial(with_app, hold_locked, clients=10, **long)
        yield f"clock {kind}", partial(with_app, jump, chats=10, rounds=doses.rounds)

        def pause(kind: str = kind) -> Outcome:
            settings = bench.fresh(kind)
            with service(settings) as app:
                return stand_still(settings, app, chats=10, seconds=65)

        yield f"pause {kind}", pause


def disks(bench: Bench) -> Iterator[tuple[str, Scenario]]:
    """SQLite's file on disks that are full or fail."""

    def full() -> Outcome:
        small = bench.folder / "small"
        with small_disk(small) as mounted, service(bench.fresh("sqlite", small)) as app:
            if not mounted:
                return fill_up(app, lambda: set_quota(app), "a quota: mounting is forbidden")
            return fill_up(app, lambda: fill(small), "a small tmpfs")

    def quota() -> Outcome:
        with service(bench.fresh("sqlite")) as app:
            return fill_up(app, lambda: set_quota(app), "a quota")

    def fsync() -> Outcome:
        with service(bench.fresh("sqlite")) as app:
            return fail_fsync(app, doses=20)

    yield from {"disk tmpfs": full, "disk quota": quota, "disk fsync": fsync}.items()


def databases(bench: Bench, doses: argparse.Namespace) -> Iterator[tuple[str, Scenario]]:
    """PostgreSQL killed, migrations killed, backups."""

    def killed() -> Outcome:
        with service(bench.fresh("postgresql")) as app:
            return kill_database(app, bench.server, kills=doses.servers, clients=4)

    yield "server killed", killed
    for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        empty = partial(bench.empty, kind)
        cuts, moments = doses.cuts, doses.cuts // 2
        yield f"migrations {kind}", partial(kill_migrations, empty, cuts, moments, name)

        def backup(kind: str = kind) -> Outcome:
            settings = bench.fresh(kind)
            folder = bench.folder / f"copies-{kind}"
            folder.mkdir()
            take = copy_sqlite(settings, folder)
            if kind == "postgresql":
                take = dump_postgres(settings, bench.server, folder)
            with service(settings) as app:
                return restore_under_load(app, take, doses.backups)

        yield f"backup {kind}", backup


@contextmanager
def benches() -> Iterator[Bench]:
    """A folder and a PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pg").mkdir()
        with PostgresServer(folder / "pg") as server:
            yield Bench(folder, server)


def show(outcome: Outcome) -> str:
    """A line of the table."""
    found = ", ".join(f"{count} {what}" for what, count in outcome.audited.items()) or "0"
    one = outcome
    cells = [one.fault, one.database, one.doses, one.lost, one.doubled, one.copies]
    return f"| {' | '.join(map(str, [*cells, f'{one.seconds:.1f} s', found, one.note]))} |"


def read_doses() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[])
    numbers = {"kills": 200, "rounds": 5, "servers": 5, "cuts": 12, "backups": 5}
    for name, count in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=count)
    return parser.parse_args()


def main() -> int:
    """All of them, one after the other; the exit status says whether any did harm."""
    doses, outcomes, begun = read_doses(), [], time.monotonic()
    print(f"{os.cpu_count()} cores, {platform.machine()}, {date.today().isoformat()}")  # noqa: DTZ011
    print("\n| fault | database | doses | lost | doubled | copies | recovered in | auditor | |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    with benches() as bench:
        scenarios = [
            *on_both(bench, doses), *disks(bench), *databases(bench, doses),
            *fleets(bench, doses.kills),
        ]  # fmt: skip
        for name, run in scenarios:
            if not doses.only or any(word in name for word in doses.only):
                outcomes.append(run())
                print(show(outcomes[-1]), flush=True)
    print(f"\nIn {time.monotonic() - begun:.0f} s.")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([dataclasses.asdict(one) for one in outcomes], indent=2))
    return int(any(one.harm for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
