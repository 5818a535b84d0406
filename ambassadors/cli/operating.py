"""Running the service: the scheduler, one tick by hand, check-up, audit, a copy of the database."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from ambassadors import jobs, scheduler
from ambassadors.cli.speaking import Moment, clock, spoken
from ambassadors.extensions import db
from ambassadors.services.auditor import count_all
from ambassadors.services.backup import back_up
from ambassadors.services.checkup import check_all


@click.command("scheduler")
@with_appcontext
def run_scheduler() -> None:
    """Sends what is due, every five seconds, until it is stopped."""
    scheduler.run_scheduler(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("tick")
@click.option("--now", type=Moment(), help="Act as if it were then.")
@with_appcontext
@spoken
def tick_once(now: datetime | None) -> None:
    """One pass over all that is due, then exit; prints counts as JSON."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo(json.dumps(jobs.tick(app, now)))


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@with_appcontext
def examine(as_json: bool) -> None:
    """Checks what the service depends on; exit status 1 with a line for each fault."""
    findings = check_all(db.session(), current_app.extensions["settings"], clock())
    faults = [finding for finding in findings if not finding.ok]
    if as_json:
        report = {"ok": not faults, "checks": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for finding in faults:
            click.echo(f"{finding.name}: {finding.text}")
        if not faults:
            click.echo("All is well.")
    raise SystemExit(1 if faults else 0)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@spoken
def back_up_database(file: Path) -> None:
    """Writes a consistent copy of the running service's SQLite database to FILE.

    For PostgreSQL it names the command to use.
    """
    back_up(db.engine.url, file)
    click.echo(f"The database was copied to {file}.")


@click.command("audit")
@with_appcontext
@spoken
def count_faults() -> None:
    """Counts in the data what must never be; prints JSON, exit status 1 unless all are 0."""
    counts = count_all(db.session(), clock())
    click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
    raise SystemExit(1 if any(counts.values()) else 0)


COMMANDS = (run_scheduler, tick_once, examine, count_faults, back_up_database)
