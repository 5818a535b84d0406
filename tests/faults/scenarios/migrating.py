"""Migrations killed in the middle: between two statements, and at any moment."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import event

from ambassadors import create_app
from ambassadors.extensions import Base, db
from config import ROOT, Settings
from tests.faults.scenarios.outcome import Outcome
from tests.faults.scenarios.processes import CONTEXT, hush


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit status, and after how many statements and seconds."""

    status: int | None
    statements: int
    seconds: float


def migrate_in_child(settings: Settings, kill_at: int, counter: Any) -> None:
    """All migrations; SIGKILL to this very process after so many statements (0: never)."""
    hush()
    app = create_app(settings)
    with app.app_context():

        def count(*arguments: Any) -> None:
            counter.value += 1
            if counter.value == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "after_cursor_execute", count)
        upgrade(str(ROOT / "migrations"))
        db.engine.dispose()


def migrate(settings: Settings, kill_at: int = 0, kill_after: float | None = None) -> Ended:
    """Runs them in a process of their own, killed after a count of statements or some seconds."""
    counter = CONTEXT.Value("i", 0)
    process = CONTEXT.Process(target=migrate_in_child, args=(settings, kill_at, counter))
    begun = time.monotonic()
    process.start()
    process.join(kill_after)
    if kill_after is not None and process.is_alive():
        process.kill()
    process.join(120)
    return Ended(process.exitcode, counter.value, time.monotonic() - begun)


def differences(settings: Settings) -> list[object]:
    """Between the tables that are there and those of the models."""
    app = create_app(settings)
    with app.app_context():
        with db.engine.connect() as connection:
            options = {"include_name": is_modelled}
            context = MigrationContext.configure(connection, opts=options)
            found = list(compare_metadata(context, Base.metadata))
        db.engine.dispose()
    return found


def is_modelled(name: str | None, kind: str, parents: object) -> bool:
    """The tables that are searched are kept by triggers and have no model."""
    return not (kind == "table" and str(name).startswith("chat_search"))


def kill_migrations(
    fresh: Callable[[], Settings], between: int, at_random: int, database: str
) -> Outcome:
    """Kills at places spread over all statements, and at random moments; each time on an empty
    database, and afterwards the migrations run to their end. `fresh` makes a database.
    """
    whole = migrate(fresh())
    assert whole.status == 0
    places = [whole.statements * (n + 1) // (between + 1) for n in range(between)]
    chance = random.Random(2026)
    moments = [chance.uniform(0.2, 0.95) * whole.seconds for _ in range(at_random)]
    wrong, slowest, killed = 0, 0.0, 0
    for place, moment in [*((one, None) for one in places), *((0, one) for one in moments)]:
        settings = fresh()
        killed += migrate(settings, place, moment).status == -signal.SIGKILL
        after = migrate(settings)
        wrong += after.status != 0 or differences(settings) != []
        slowest = max(slowest, after.seconds)
    return Outcome(
        "killed in the middle of migrations",
        database,
        doses=killed,
        lost=wrong + (killed < between),
        seconds=slowest,
        note=f"{between} between two of {whole.statements} statements, {at_random} at any moment",
    )
