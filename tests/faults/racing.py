"""Many clients at once for one slot: processes with threads, each with the whole app."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

from ambassadors import create_app
from ambassadors.extensions import db
from config import Settings
from tests.faults.scenarios.processes import CONTEXT  # with the app imported already

PROCESSES, THREADS = 8, 25
HOUR = timedelta(hours=1)


def race(
    settings: Settings, ambassador_id: int, first: datetime, rounds: int
) -> list[Counter[int]]:
    """Rounds of 200 clients posting for the same start, an hour later each round; the statuses."""
    starts, answers = CONTEXT.Barrier(PROCESSES), CONTEXT.Queue()
    runners = [
        CONTEXT.Process(
            target=run, args=(settings, ambassador_id, first, rounds, number, starts, answers)
        )
        for number in range(PROCESSES)
    ]
    for runner in runners:
        runner.start()
    counts = [Counter[int]() for _ in range(rounds)]
    for _ in range(PROCESSES):
        for number, statuses in enumerate(answers.get(timeout=300)):
            counts[number].update(statuses)
    for runner in runners:
        runner.join(timeout=60)
    return counts


def run(
    settings: Settings,
    ambassador_id: int,
    first: datetime,
    rounds: int,
    number: int,
    starts: Barrier,
    answers: Any,
) -> None:
    """One process: all its threads post at the same moment, round after round."""
    app = create_app(settings)
    found = []
    for n in range(rounds):
        statuses: list[int] = []
        together = threading.Barrier(THREADS + 1)
        threads = [
            threading.Thread(
                target=post,
                args=(
                    app,
                    ambassador_id,
                    first + n * HOUR,
                    f"{n}-{number}-{t}",
                    together,
                    statuses,
                ),
            )
            for t in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        starts.wait(timeout=120)
        together.wait(timeout=60)
        for thread in threads:
            thread.join()
        found.append(statuses)
    answers.put(found)
    with app.app_context():
        db.engine.dispose()


def post(
    app: Any,
    ambassador_id: int,
    start: datetime,
    name: str,
    together: threading.Barrier,
    statuses: list[int],
) -> None:
    """One client."""
    body = {
        "ambassador": ambassador_id,
        "start": start.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "minutes": 30,
        "prospect": {
            "name": "Racer",
            "email": f"racer-{name}@example.org",
            "time_zone": "Asia/Kolkata",
        },
        "interests": ["track/thesis"],
    }
    client = app.test_client()
    together.wait(timeout=60)
    statuses.append(client.post("/api/v1/chats", json=body).status_code)
