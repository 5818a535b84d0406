"""How fast bookings are written, and whether a slot that many ask for is ever given twice.

8 clients book chats over the API without e-mail codes (`VERIFY_EMAIL=0`), each at a time of its
own, against a bare page that inserts one row: both under the gunicorn command of `make run`, both
durable when they answer (SQLite, `synchronous=FULL`), in interleaved rounds. Then 8 clients ask
at once for each of 1,000 slots, on SQLite and on PostgreSQL: one must win, and the auditor must
find nothing. Prints a table and writes bench/results/booking.json. Options:
`--rounds 5 --seconds 1.5 --slots 1000 --without-postgres`.
"""

import argparse
import contextlib
import itertools
import json
import platform
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors.extensions import db  # noqa: E402 - the project is not installed
from ambassadors.models import Ambassador, Chat  # noqa: E402
from ambassadors.services.auditor import audit  # noqa: E402
from ambassadors.services.writing import write  # noqa: E402
from bench import _people as people  # noqa: E402
from bench._load import Answers, booking, drive, race  # noqa: E402
from bench._servers import Server, serve_reference, serve_service  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

CLIENTS, AMBASSADORS = 8, 50
HOURS = "; ".join(f"{day} 06:00-20:00" for day in people.WEEKDAYS)  # 98 chats a week: below the cap
FIRST_DAY, DAYS = 2, 28  # from today; all within notice and horizon
BUDGETS = {"of_bare_insert": 0.4, "p99_ms": 25}
REFERENCE = "bare insert"
numbers = itertools.count(1)

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Service:
    """A running service and the slots of its database that nobody has booked yet."""

    server: Server
    url: str
    free: Iterator[tuple[int, datetime]]


def main() -> None:
    """Measures, compares, prints and writes."""
    options = read_options()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        services = dict(start_services(stack, folder, options.without_postgres))
        reference = stack.enter_context(serve_reference(folder))
        measure_all(services, reference, 0.5)  # caches warm
        rounds = [measure_all(services, reference, options.seconds) for _ in range(options.rounds)]
        ratio = show(rounds)
        raced = {one: race_for(services[one], folder, options.slots) for one in services}
    record = {"python": platform.python_version(), "rounds": rounds, "of_bare_insert": ratio,
              "raced": raced, "budget": BUDGETS}  # fmt: skip
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "booking.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--slots", type=int, default=1000)
    parser.add_argument("--without-postgres", action="store_true")
    return parser.parse_args()


def start_services(
    stack: contextlib.ExitStack, folder: Path, sqlite_only: bool
) -> Iterator[tuple[str, Service]]:
    """The service on each database."""
    urls = {"SQLite": f"sqlite:///{folder}/service.db"}
    if not sqlite_only:
        urls["PostgreSQL"] = stack.enter_context(PostgresServer(folder)).new_database()
    for name, url in urls.items():
        people.prepare(url, folder)
        with people.service(url, folder):
            ids = write(db.session(), add_ambassadors)
        server = stack.enter_context(serve_service(url, folder))
        yield name, Service(server, url, free_slots(ids))


def add_ambassadors(session: Session) -> list[int]:
    """Ambassadors who are free all day, for 24 chats a day; their ids."""
    for number in range(AMBASSADORS):
        caps = {"daily_cap": 24, "weekly_cap": 100, "buffer_after": 0}
        session.add(people.make_ambassador(number, HOURS, "UTC", **caps))
    session.flush()
    return list(session.scalars(select(Ambassador.id).order_by(Ambassador.id)))


def free_slots(ids: list[int]) -> Iterator[tuple[int, datetime]]:
    """Ambassador and start: the first hour of everybody, then the next."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(FIRST_DAY, FIRST_DAY + DAYS - 2):
        for hour in range(6, 20):
            start = today + timedelta(days=day, hours=hour)
            yield from ((one, start) for one in ids)


def ask_for(slot: tuple[int, datetime], path: str = "/api/v1/chats") -> bytes:
    """A request to book it, from somebody new."""
    return booking(slot, next(numbers), path)


def measure_all(services: dict[str, Service], reference: Server, seconds: float) -> Figures:
    """One round."""
    plain = (
        ask_for((7, datetime(2027, 3, 1, 15, tzinfo=UTC)), "/insert") for _ in itertools.count()
    )
    figures = {REFERENCE: measure(reference, plain, seconds)}
    for name, one in services.items():
        figures[name] = measure(one.server, map(ask_for, one.free), seconds)
    return figures


def measure(server: Server, requests: Iterator[bytes], seconds: float) -> dict[str, float]:
    """Bookings a second, CPU milliseconds a booking, and waits in milliseconds."""
    before = server.cpu()
    answers: Answers = drive(server.port, requests, CLIENTS, seconds)
    spent = (server.cpu() - before) * 1000 / len(answers.waits)
    assert set(answers.statuses) == {201}, answers.statuses
    return {"a_second": answers.a_second, "cpu_ms": spent,
            "median_ms": answers.median, "p99_ms": answers.percentile(99)}  # fmt: skip


def show(rounds: list[Figures]) -> dict[str, tuple[float, float]]:
    """Prints a line for each way; the ratios of bookings a second and of CPU time."""
    print(f"{CLIENTS} clients, {len(rounds)} rounds; of the bare insert page:")
    print(f"{'':14}{'a second':>9}{'CPU ms':>8}{'median':>8}{'p99 ms':>8}{'pace':>8}{'by CPU':>8}")
    ratios = {}
    for way in rounds[0]:
        figures = [
            statistics.median(one[way][figure] for one in rounds)
            for figure in ("a_second", "cpu_ms", "median_ms", "p99_ms")
        ]
        pace = statistics.median(r[way]["a_second"] / r[REFERENCE]["a_second"] for r in rounds)
        by_cpu = statistics.median(r[REFERENCE]["cpu_ms"] / r[way]["cpu_ms"] for r in rounds)
        ratios[way] = (pace, by_cpu)
        budget = f"  budget {BUDGETS['of_bare_insert']}, {BUDGETS['p99_ms']} ms"
        line = "{:9.0f}{:8.2f}{:8.1f}{:8.1f}".format(*figures)
        print(f"{way:14}{line}{pace:8.3f}{by_cpu:8.3f}{budget if way == 'SQLite' else ''}")
    return ratios


def race_for(service: Service, folder: Path, slots: int) -> dict[str, object]:
    """All clients at once for each of so many slots; what they were told and what was written."""
    before = count_chats(service, folder)
    wanted = list(itertools.islice(service.free, slots))
    told: Counter[int] = Counter()
    winners: Counter[int] = Counter()
    for slot in wanted:
        statuses = race(service.server.port, [ask_for(slot) for _ in range(CLIENTS)])
        told.update(statuses)
        winners[statuses.count(201)] += 1
    with people.service(service.url, folder):
        faults = audit(db.session())
    written = count_chats(service, folder) - before
    name = service.url.partition(":")[0].partition("+")[0]
    print(
        f"{name}: {CLIENTS} clients at once for each of {slots} slots: answers {dict(told)}, "
        f"winners a slot {dict(winners)}, chats written {written}, auditor {faults or 'content'}"
    )
    return {"answers": told, "winners": winners, "written": written, "faults": faults}


def count_chats(service: Service, folder: Path) -> int:
    """How many chats the database has."""
    with people.service(service.url, folder):
        return db.session.scalar(select(func.count()).select_from(Chat)) or 0


if __name__ == "__main__":
    main()
