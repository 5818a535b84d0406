"""A backup taken while people book, restored beside the service, and audited."""

import dataclasses
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url

from ambassadors.extensions import db
from ambassadors.services.backup import back_up
from config import Settings
from tests.faults.scenarios.locks import book
from tests.faults.scenarios.outcome import Outcome, audit_now, database_of, wait_until
from tests.faults.scenarios.people import places, service
from tests.faults.scenarios.servers import emails
from tests.postgres import PostgresServer

Backup = Callable[[int], Settings]


def restore_under_load(app: Flask, backup: Backup, doses: int, clients: int = 2) -> Outcome:
    """Backups while clients book: each copy has all that was acknowledged before it began."""
    spots = list(enumerate(places(db.session(), doses * 200, datetime.now(UTC))))
    over, lock = threading.Event(), threading.Lock()
    acknowledged: list[str] = []

    def go_on() -> None:
        while not over.is_set():
            with lock:
                if not spots:
                    return
                number, spot = spots.pop(0)
            if book(app, spot, number)[0] == 201:
                acknowledged.append(f"booked-{number}@example.org")

    threads = [threading.Thread(target=go_on) for _ in range(clients)]
    for thread in threads:
        thread.start()
    lost, slowest, audited = 0, 0.0, {}
    for number in range(doses):
        wait_until(lambda n=number: len(acknowledged) > 5 * (n + 1), 60, "bookings")  # type: ignore[misc]
        before, begun = set(acknowledged), time.monotonic()
        copied = backup(number)
        slowest = max(slowest, time.monotonic() - begun)
        with service(copied):
            lost += len(before - emails())
            audited |= audit_now()
    over.set()
    for thread in threads:
        thread.join()
    return Outcome(
        "backup under load, restored, audited",
        database_of(app),
        doses=doses,
        lost=lost,
        seconds=slowest,
        audited=audited | audit_now(),
        note=f"{len(acknowledged)} bookings meanwhile",
    )


def copy_sqlite(settings: Settings, folder: Path) -> Backup:
    """By `flask backup`."""

    def take(number: int) -> Settings:
        file = folder / f"copy-{number}.db"
        back_up(make_url(settings.database_url), file)
        return dataclasses.replace(settings, database_url=f"sqlite:///{file}")

    return take


def dump_postgres(settings: Settings, server: PostgresServer, folder: Path) -> Backup:
    """By pg_dump and pg_restore, as the manual says."""
    programs = server.install / "bin"

    def take(number: int) -> Settings:
        file = folder / f"copy-{number}.dump"
        source = settings.database_url.replace("+psycopg", "")
        command = [programs / "pg_dump", "--format=custom", f"--file={file}", source]
        subprocess.run(command, check=True)
        target = server.new_database()
        plain = target.replace("+psycopg", "")
        subprocess.run(
            [programs / "pg_restore", "--no-owner", f"--dbname={plain}", file], check=True
        )
        return dataclasses.replace(settings, database_url=target)

    return take
