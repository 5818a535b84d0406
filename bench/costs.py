"""What one booking and one page cost, as numbers to plan with, on PostgreSQL.

CPU of this process (the web's part) and of PostgreSQL for bookings, pages and mails, and bytes on
disk for each chat, indexes included, by table. Writes bench/results/costs.json. Options:
`--chats 1000`, `--pages 100`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402 - the project is not installed
from sqlalchemy import func, select  # noqa: E402

from ambassadors.extensions import db  # noqa: E402
from ambassadors.models import Notice  # noqa: E402
from bench._servers import cpu_of  # noqa: E402
from tests.conftest import migrate_to_head, settings_for  # noqa: E402
from tests.faults.scenarios.mails import send  # noqa: E402
from tests.faults.scenarios.people import body_of, places, service  # noqa: E402
from tests.faults.scenarios.smtp import mail_server  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

SIZES = """SELECT relname, pg_total_relation_size(c.oid) FROM pg_class c
JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r'"""
LEAST = 10  # bytes a chat: less is no cost of a chat
PAGES = {
    "matches page": "/matches?interest=track/thesis&time_zone=Asia/Kolkata",
    "one ambassador's times": "/ambassadors/1?minutes=30&time_zone=Asia/Kolkata",
    "slots as JSON": "/api/v1/ambassadors/1/slots?minutes=30&time_zone=UTC",
}


def sizes() -> dict[str, int]:
    """Bytes of each table with its indexes, tightly packed."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM FULL")
        return {str(name): int(size) for name, size in connection.exec_driver_sql(SIZES)}


def backend() -> int:
    """The process of PostgreSQL that answers this one."""
    with db.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() or 0)


def cost(work: Callable[[], None], count: int) -> dict[str, float]:
    """Milliseconds of CPU for each of so many: here, and in the database."""
    pid = backend()
    before, there = time.process_time(), cpu_of(pid)
    for _ in range(count):
        work()
    ours, theirs = time.process_time() - before, cpu_of(pid) - there
    return {"web_ms": ours / count * 1000, "database_ms": theirs / count * 1000}


def measure(app: Flask, chats: int, pages: int) -> dict[str, object]:
    """All of it."""
    now = datetime.now(UTC)
    spots = iter(enumerate(places(db.session(), chats, now)))
    client, before = app.test_client(), sizes()

    def book() -> None:
        number, spot = next(spots)
        assert client.post("/api/v1/chats", json=body_of(spot, number)).status_code == 201

    costs = {"booking": cost(book, chats)}
    notices = int(db.session().scalar(select(func.count()).select_from(Notice)) or 0)
    db.session.remove()
    after = sizes()
    grown = {name: (size - before.get(name, 0)) / chats for name, size in after.items()}
    for name, path in PAGES.items():
        assert client.get(path).status_code == 200
        costs[name] = cost(lambda p=path: client.get(p), pages)  # type: ignore[misc]
    with mail_server() as server:
        begun = time.process_time()
        sent = send(app, server.server_address[1], datetime.now(UTC)).sent
    costs["mail, the server's part too"] = {"web_ms": (time.process_time() - begun) / sent * 1000}
    tables = {name: round(size) for name, size in sorted(grown.items()) if size > LEAST}
    return {
        "cpu": costs,
        "notices a chat": notices / chats,
        "bytes a chat": round(sum(grown.values())),
        "of which": tables,
    }


def main() -> None:
    """Measures, prints and writes it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pg").mkdir()
        with PostgresServer(folder / "pg") as server:
            settings = settings_for(
                folder, server.new_database(), rate_limits=False, verify_email=False
            )
            migrate_to_head(settings)
            with service(settings) as app:
                found = measure(app, asked.chats, asked.pages)
    text = json.dumps(found, indent=2)
    results = ROOT / "bench" / "results" / "costs.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
