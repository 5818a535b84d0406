"""Accounts, ambassadors and waiting prospects, from the command line."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from ambassadors.cli.speaking import clock, spoken
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.mail.addresses import parse_address
from ambassadors.models import User
from ambassadors.services import accounts, passwords, roster, second_step
from ambassadors.services.accounts import NewUser
from ambassadors.services.imports import (
    BadRows,
    Imported,
    bring_in_ambassadors,
    export_ambassadors,
    import_prospects,
)
from ambassadors.services.people import read_name
from ambassadors.services.writing import write

users = AppGroup("users", help="People who sign in.")
ambassadors = AppGroup("ambassadors", help="Ambassadors, as CSV.")
prospects = AppGroup("prospects", help="People waiting to be matched, as CSV.")
COMMANDS = (users, ambassadors, prospects)

ROLES = {
    "coordinator": "a coordinator",
    "ambassador": "an ambassador",
    "admissions": "admissions staff",
}

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@users.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(list(ROLES)), required=True)
@click.option("--name", help="How they are called; without it, the address up to the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@spoken
def create_user(email: str, role: str, name: str | None, password_stdin: bool) -> None:
    """Creates an account; without a password an invitation link is mailed."""
    email = parse_address(email)
    password_hash = read_password(email) if password_stdin else None
    name = read_name(name or email.partition("@")[0])
    new = NewUser(email, name, role, password_hash=password_hash)
    write(db.session(), lambda session: add_user(session, new))
    click.echo(f"{new.email} is now {ROLES[role]}.")
    if password_hash is None:
        click.echo("A link to set a password is on its way by mail.")


@users.command("reset-second-step")
@click.argument("email")
@spoken
def reset_second_step(email: str) -> None:
    """Lets somebody sign in with the password alone: their phone and their paper are gone."""

    def work(session: Session) -> str:
        user = accounts.find_user(session, email)
        if user is None:
            raise Refused(f"There is no account for {email}.", status=404)
        second_step.turn_off(session, user.id, clock())
        return user.name

    name = write(db.session(), work)
    click.echo(f"{name} signs in with the password alone now.")


def read_password(email: str) -> str:
    """The hash of the password on standard input, less the line's end."""
    typed = sys.stdin.read()
    return passwords.hash_password(passwords.accept(typed.rstrip("\r\n"), email))


def add_user(session: Session, new: NewUser) -> User:
    """The account, for an ambassador with a profile; invited when there is no password."""
    now = clock()
    if new.role == "ambassador":
        user = roster.create(session, new, now).user
    else:
        user = accounts.create_user(session, new, now)
    if new.password_hash is None:
        accounts.invite(session, user, now)
    return user


@dataclass(frozen=True)
class Words:
    """What was imported, for the last line."""

    one: str
    many: str
    again: str


AMBASSADORS = Words("ambassador", "ambassadors", "updated")
WAITING = Words("waiting prospect", "waiting prospects", "waiting already, now as the file says")


@ambassadors.command("import")
@click.argument("file", type=File)
@click.option("--dry-run", is_flag=True, help="Only check the file.")
@click.option("--invite", is_flag=True, help="Mail everyone new the link to set a password.")
@spoken
def import_ambassador_file(file: Path, dry_run: bool, invite: bool) -> None:
    """Adds or updates ambassadors; with any bad row, nothing is imported.

    Columns, in any order: name, email, time_zone, hours (“Mon 09:00-12:00; Wed 14:00-17:30”),
    weekly_cap, bio, languages, meeting_url, and one for each family of interests; several values
    joined by “;”. Who is new is shown and bookable at once.
    """
    data = file.read_bytes()
    run_import(
        partial(bring_in_ambassadors, data=data, now=clock(), dry_run=dry_run, invite=invite),
        AMBASSADORS,
        dry_run,
    )


@ambassadors.command("export")
@spoken
def export_ambassador_file() -> None:
    """Writes all ambassadors as CSV to standard output, as `ambassadors import` reads it."""
    sys.stdout.buffer.write(export_ambassadors(db.session()).encode("utf-8"))


@prospects.command("import")
@click.argument("file", type=File)
@click.option("--dry-run", is_flag=True, help="Only check the file.")
@spoken
def import_prospect_file(file: Path, dry_run: bool) -> None:
    """Puts people on the waiting list; with any bad row, nothing is imported.

    Columns, in any order: name, email, time_zone, languages, question, and one for each family of
    interests; several values joined by “;”. Nobody gets mail.
    """
    data = file.read_bytes()
    run_import(
        lambda session: write(
            session, lambda s: import_prospects(s, data, clock(), dry_run=dry_run)
        ),
        WAITING,
        dry_run,
    )


def run_import(work: Callable[[Session], Imported], words: Words, dry_run: bool) -> None:
    """Imports, and says what came of it; every bad row on a line of its own, exit status 1."""
    try:
        done = work(db.session())
    except BadRows as bad:
        for problem in bad.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException("Nothing was imported.") from bad
    noun = words.one if done.added == 1 else words.many
    verb = "would be added" if dry_run else "added"
    click.echo(f"{done.added} {noun} {verb}, {done.updated} {words.again}.")
