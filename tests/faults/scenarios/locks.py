"""A database that somebody holds locked: for a moment, and for longer than anybody waits."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import psycopg
from flask import Flask
from sqlalchemy import func, select

from ambassadors.extensions import db
from ambassadors.models import Chat, ChatChange, Notice, Prospect
from tests.faults.scenarios.outcome import Outcome, audit_now, database_of
from tests.faults.scenarios.people import body_of, database_file, places

Answer = tuple[int, str | None, float]


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Nobody else may write to the database within the block."""
    settings = app.extensions["settings"]
    if database_of(app) == "SQLite":
        with closing(sqlite3.connect(database_file(settings), isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")
        return
    address = settings.database_url.replace("+psycopg", "")
    with psycopg.connect(address) as other, other.transaction(force_rollback=True):
        other.execute("LOCK TABLE chats IN SHARE ROW EXCLUSIVE MODE")
        yield


def book(app: Flask, place: tuple[int, datetime], number: int) -> Answer:
    """One booking: its status, Retry-After, and how many seconds it took."""
    begun = time.monotonic()
    answer = app.test_client().post("/api/v1/chats", json=body_of(place, number))
    return answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - begun


def rows() -> tuple[int, ...]:
    """How many there are of all that a booking writes."""
    counts = [
        int(db.session().scalar(select(func.count()).select_from(table)) or 0)
        for table in (Chat, ChatChange, Notice, Prospect)
    ]
    db.session.remove()
    return tuple(counts)


def hold_locked(app: Flask, seconds: float, clients: int, given_up: bool) -> Outcome:
    """Clients book while it is locked; `given_up` says that it is longer than they are let wait."""
    spots = places(db.session(), clients, datetime.now(UTC))
    before, answers = rows(), []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(book(app, spots[n], n)))  # type: ignore[misc]
        for n in range(clients)
    ]
    with locked(app):
        for thread in threads:
            thread.start()
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up and any(one.is_alive() for one in threads):
            time.sleep(0.02)
        over = time.monotonic()
        half_written = sum(rows()) - sum(before) if given_up else 0
    for thread in threads:
        thread.join()
    recovered = time.monotonic() - over
    wanted = [(503, "5")] * clients if given_up else [(201, None)] * clients
    wrong = sum(one[:2] != two for one, two in zip(answers, wanted, strict=True))
    if given_up:
        again = [book(app, spots[n], n) for n in range(clients)]
        wrong += sum(one[0] != 201 for one in again)
        recovered = max(one[2] for one in again)
    made = rows()[0] - before[0]
    return Outcome(
        f"database locked {seconds:g} s",
        database_of(app),
        doses=clients,
        lost=wrong + max(0, clients - made),
        doubled=max(0, made - clients) + half_written,
        seconds=recovered,
        audited=audit_now(),
        note=f"503 after {max(one[2] for one in answers):.0f} s" if given_up else "waited out",
    )
