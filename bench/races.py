"""Two hundred clients at once for one slot, again and again, on both databases.

8 processes of 25 threads, each with the whole application, post for the same start; the next
round is for the start an hour later. One must win each round, the others be told so (409), and
the auditor find nothing. Prints a table and writes bench/results/races.json. Options:
`--rounds 50`.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ambassadors import create_app  # noqa: E402 - the project is not installed
from ambassadors.extensions import db  # noqa: E402
from ambassadors.services.auditor import audit  # noqa: E402
from config import Settings  # noqa: E402
from tests.conftest import migrate_to_head, settings_for  # noqa: E402
from tests.factories import make_ambassador  # noqa: E402
from tests.faults.racing import PROCESSES, THREADS, race  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

EVERY_HOUR = "; ".join(
    f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
EXPECTED = Counter({201: 1, 409: PROCESSES * THREADS - 1})


def main() -> None:
    """Races on SQLite, then on PostgreSQL."""
    rounds = read_rounds()
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results["sqlite"] = measure(settings_for(folder), rounds)
        (folder / "postgres").mkdir()
        with PostgresServer(folder / "postgres") as server:
            settings = settings_for(folder, server.new_database())
            results["postgresql"] = measure(settings, rounds)
    for database, result in results.items():
        print(f"{database:<12} {result}")
    target = ROOT / "bench" / "results" / "races.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if any(result["as expected"] != rounds or result["faults"] for result in results.values()):
        sys.exit(1)


def read_rounds() -> int:
    """How many rounds on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    return int(parser.parse_args().rounds)


def measure(settings: Settings, rounds: int) -> dict[str, float]:
    """How many rounds had one winner and 199 others who were told; what the auditor found."""
    settings = dataclasses.replace(settings, rate_limits=False)
    migrate_to_head(settings)
    app = create_app(settings)
    with app.app_context():
        ambassador = make_ambassador(
            db.session(), hours=EVERY_HOUR, daily_cap=24, weekly_cap=100, horizon_days=60
        )
        first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
        ambassador_id = ambassador.id
        db.session.remove()
        db.engine.dispose()
        began = time.monotonic()
        counts = race(settings, ambassador_id, first, rounds)
        seconds = time.monotonic() - began
        found = audit(db.session())
        db.session.remove()
        db.engine.dispose()
    return {
        "rounds": rounds,
        "as expected": sum(count == EXPECTED for count in counts),
        "faults": sum(found.values()),
        "seconds a round": round(seconds / rounds, 2),
    }


if __name__ == "__main__":
    main()
