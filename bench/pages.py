"""How many pages a second, and at what CPU time each, against a bare Flask page.

Service and reference run under the gunicorn command of `make run`; 4 clients ask without a
pause, 25 requests on a connection, one server at a time, in interleaved rounds. Ratios are taken
within each round, the medians count. The service runs on SQLite and on PostgreSQL, each with 500
ambassadors, of whom 50 share one interest. Prints a table and writes bench/results/pages.json.
Options: `--rounds 5 --seconds 1.5 --without-postgres`.
"""

import argparse
import contextlib
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors.extensions import db  # noqa: E402
from ambassadors.services.writing import write  # noqa: E402
from bench import _people as people  # noqa: E402 - the project is not installed
from bench._load import drive_same, fetch, get  # noqa: E402
from bench._servers import Server, serve_reference, serve_service  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

AMBASSADORS, RARE, DAYS, CLIENTS = 500, 50, 30, 4
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
WINDOW = f"from={TODAY:%Y-%m-%dT%H:%M:%SZ}&to={TODAY + timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}"
WISH = (
    "interest=research-center/kostas&interest=track/thesis&interest=industry/aerospace"
    "&interest=topic/additive&most=track/thesis&zone=Asia/Kolkata&minutes=30"
)
PATHS = {
    "matches": f"/matches?{WISH}",
    "slots": f"/api/v1/ambassadors/7/slots?{WINDOW}&minutes=30&time_zone=Asia/Kolkata",
    "soonest": f"/api/v1/slots?interests={people.RARE}&{WINDOW}&minutes=30&time_zone=Asia/Kolkata",
    "soonest page": f"/soonest?interest={people.RARE}&zone=Asia/Kolkata",
    "ambassador": f"/ambassadors/7?{WISH}",
    "home": "/?zone=Asia/Kolkata",
}
BUDGETS = {"matches": 0.35, "slots": 0.4, "soonest": 0.06, "soonest page": 0.06}
OF_SQLITE, MEMORY = 0.7, 150.0
REFERENCE = "bare page"

Ways = dict[str, tuple[Server, bytes]]
Figures = dict[str, dict[str, float]]


def main() -> None:
    """Measures, compares, prints and writes."""
    options = read_options()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        services = dict(start_services(stack, folder, options.without_postgres))
        ways = ways_to(stack.enter_context(serve_reference(folder)), services)
        for server, request in ways.values():
            drive_same(server.port, request, CLIENTS, 0.5)  # caches warm, templates compiled
        rounds = [measure_all(ways, options.seconds) for _ in range(options.rounds)]
        record = {
            "python": platform.python_version(), "rounds": rounds,
            "bytes": {way: len(fetch(one.port, ask)[1]) for way, (one, ask) in ways.items()},
            "memory": services["sqlite"].memory(), "numerics": services["sqlite"].numerics(),
            "budget": BUDGETS | {"of_sqlite": OF_SQLITE, "memory_mb": MEMORY},
        }  # fmt: skip
    record["of_bare_page"] = show(rounds)
    show_memory(record["memory"], record["numerics"])
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "pages.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def read_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--without-postgres", action="store_true")
    return parser.parse_args()


def start_services(
    stack: contextlib.ExitStack, folder: Path, sqlite_only: bool
) -> Iterator[tuple[str, Server]]:
    """The service on each database, filled alike."""
    urls = {"sqlite": f"sqlite:///{folder}/service.db"}
    if not sqlite_only:
        urls["postgres"] = stack.enter_context(PostgresServer(folder)).new_database()
    for name, url in urls.items():
        people.prepare(url, folder)
        with people.service(url, folder):
            write(db.session(), lambda s: people.add_ambassadors(s, AMBASSADORS, RARE))
        yield name, stack.enter_context(serve_service(url, folder))


def ways_to(reference: Server, services: dict[str, Server]) -> Ways:
    """Every page of every server, by the name it is printed under."""
    ways = {REFERENCE: (reference, get("/page?kind=7"))}
    for name, server in services.items():
        suffix = "" if name == "sqlite" else f" ({name})"
        ways |= {f"{page}{suffix}": (server, get(path)) for page, path in PATHS.items()}
    zipped = get(PATHS["matches"], accept_encoding="gzip")
    ways["matches (gzip)"] = (services["sqlite"], zipped)
    return ways


def measure_all(ways: Ways, seconds: float) -> Figures:
    """One round."""
    return {name: measure(*way, seconds) for name, way in ways.items()}


def measure(server: Server, request: bytes, seconds: float) -> dict[str, float]:
    """Requests a second, CPU milliseconds a request, and waits in milliseconds."""
    before = server.cpu()
    answers = drive_same(server.port, request, CLIENTS, seconds)
    spent = (server.cpu() - before) * 1000 / len(answers.waits)
    assert set(answers.statuses) == {200}, (request, answers.statuses)
    return {"a_second": answers.a_second, "cpu_ms": spent,
            "median_ms": answers.median, "p99_ms": answers.percentile(99)}  # fmt: skip


def show(rounds: list[Figures]) -> dict[str, tuple[float, float]]:
    """Prints a line for each way; the ratios of requests a second and of CPU time."""
    print(f"{AMBASSADORS} ambassadors, {CLIENTS} clients, {len(rounds)} rounds; of the bare page:")
    print(f"{'':24}{'a second':>9}{'CPU ms':>8}{'p99 ms':>8}{'pace':>8}{'by CPU':>8}")
    ratios = {}
    for way in rounds[0]:
        a_second, cpu, slow = (median(rounds, way, f) for f in ("a_second", "cpu_ms", "p99_ms"))
        pace = statistics.median(r[way]["a_second"] / r[REFERENCE]["a_second"] for r in rounds)
        by_cpu = statistics.median(r[REFERENCE]["cpu_ms"] / r[way]["cpu_ms"] for r in rounds)
        ratios[way] = (pace, by_cpu)
        budget = f"  budget {BUDGETS[way]}" if way in BUDGETS else ""
        if way.endswith("(postgres)"):
            of_sqlite = of_other(rounds, way, way.removesuffix(" (postgres)"))
            budget = f"  {of_sqlite:.2f} of SQLite, budget {OF_SQLITE}"
        print(f"{way:24}{a_second:9.0f}{cpu:8.2f}{slow:8.1f}{pace:8.3f}{by_cpu:8.3f}{budget}")
    return ratios


def median(rounds: list[Figures], way: str, figure: str) -> float:
    """Of all rounds."""
    return statistics.median(one[way][figure] for one in rounds)


def of_other(rounds: list[Figures], way: str, other: str) -> float:
    """The pace of one way as a part of another's."""
    return statistics.median(one[way]["a_second"] / one[other]["a_second"] for one in rounds)


def show_memory(memory: dict[str, float], numerics: list[str]) -> None:
    """One line."""
    loaded = ", ".join(numerics) or "no numerics"
    print(
        f"memory of parent and two workers: {memory['pss_mb']:.0f} MB (shared pages once), "
        f"{memory['rss_mb']:.0f} MB (RSS); budget {MEMORY:.0f}; {loaded} loaded"
    )


if __name__ == "__main__":
    main()
