"""A PostgreSQL that is killed and started again while people book."""

import random
import threading
import time
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.exc import OperationalError

from ambassadors.extensions import db
from tests.faults.scenarios.locks import book
from tests.faults.scenarios.outcome import (
    Outcome,
    audit_now,
    chats_doubled,
    database_of,
    wait_until,
)
from tests.faults.scenarios.people import places
from tests.postgres import PostgresServer


def kill_database(app: Flask, server: PostgresServer, kills: int, clients: int) -> Outcome:
    """kill -9 of the whole server at random moments under bookings; the app is not restarted."""
    spots = list(enumerate(places(db.session(), kills * 400, datetime.now(UTC))))
    over, lock = threading.Event(), threading.Lock()
    answered: list[tuple[int, int, float]] = []

    def go_on() -> None:
        while not over.is_set():
            with lock:
                if not spots:
                    return
                number, spot = spots.pop(0)
            status, _, _ = book(app, spot, number)
            answered.append((status, number, time.monotonic()))
            if status != 201:
                time.sleep(0.2)

    threads = [threading.Thread(target=go_on) for _ in range(clients)]
    for thread in threads:
        thread.start()
    chance, recovered = random.Random(2026), []
    for _ in range(kills):
        enough = len(answered) + clients
        wait_until(lambda n=enough: len(answered) > n, 60, "bookings")  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 0.3))
        server.stop(9)
        time.sleep(0.3)
        server.start()
        begun = time.monotonic()
        wait_until(lambda t=begun: any(s == 201 and at > t for s, _, at in answered), 60, "well")  # type: ignore[misc]
        recovered.append(time.monotonic() - begun)
    over.set()
    for thread in threads:
        thread.join()
    return judge(app, answered, kills, max(recovered))


def judge(
    app: Flask, answered: list[tuple[int, int, float]], kills: int, seconds: float
) -> Outcome:
    """What was acknowledged must be there, all else be told as 503."""
    there = emails()
    acknowledged = {
        f"booked-{number}@example.org" for status, number, _ in answered if status == 201
    }
    statuses = [status for status, _, _ in answered]
    return Outcome(
        "PostgreSQL killed -9 and started again",
        database_of(app),
        doses=kills,
        lost=len(acknowledged - there) + sum(one not in (201, 503) for one in statuses),
        doubled=chats_doubled(),
        seconds=seconds,
        audited=audit_now(),
        note=f"{statuses.count(201)} bookings, {statuses.count(503)} told 503",
    )


def emails() -> set[str]:
    """Whose chats are confirmed; the server may need a moment for this connection too."""
    query = (
        "SELECT p.email FROM prospects p JOIN chats c ON c.prospect_id = p.id "
        "WHERE c.status = 'confirmed'"
    )
    for left in reversed(range(5)):
        try:
            rows = db.session().connection().exec_driver_sql(query)
            return {str(email) for (email,) in rows}
        except OperationalError:
            if not left:
                raise
        finally:
            db.session.remove()
    raise AssertionError("unreachable")
