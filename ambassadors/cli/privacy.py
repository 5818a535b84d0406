"""Erasures: the ledger of those that were done, applied again to a restored backup; by address."""

import json
from dataclasses import asdict
from typing import TextIO

import click
from flask import current_app
from flask.cli import with_appcontext

from ambassadors.cli.speaking import clock, spoken
from ambassadors.extensions import db
from ambassadors.services import privacy as rights
from ambassadors.services.privacy import files
from ambassadors.services.privacy.export import export


@click.group("privacy")
def privacy() -> None:
    """What is held of people: shown, and erased again after a restore."""


@privacy.command("ledger")
@with_appcontext
@spoken
def print_ledger() -> None:
    """Prints every erasure that was done, a line of JSON each; no line says who it was."""
    for line in rights.read_done(db.session()):
        click.echo(files.written(line), nl=False)


@privacy.command("replay")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@with_appcontext
@spoken
def replay_ledger(file: TextIO) -> None:
    """Erases again whom a restored backup brought back: those in FILE (- for standard input).

    Run it after a restore, before the service is started. Prints counts as JSON.
    """
    settings = current_app.extensions["settings"]
    eraser = rights.Eraser(clock(), settings.erasures_file, settings.mail_url)
    click.echo(json.dumps(asdict(rights.replay(db.session(), files.read(file), eraser))))


@privacy.command("export")
@click.argument("email")
@with_appcontext
@spoken
def export_person(email: str) -> None:
    """Prints all that is held under an address, as JSON, with what others wrote in confidence."""
    session = db.session()
    held = rights.find_somebody(session, email)
    click.echo(json.dumps(export(session, held, clock(), True), ensure_ascii=False, indent=2))


COMMANDS = (privacy,)
