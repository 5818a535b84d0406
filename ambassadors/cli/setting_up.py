"""What a new service needs: tables, the vocabulary, and in development something to look at."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select

from ambassadors.cli.speaking import clock, spoken
from ambassadors.core.refused import Refused
from ambassadors.extensions import db
from ambassadors.models import Family, User
from ambassadors.services import demo, programme
from ambassadors.services.passwords import hash_password
from ambassadors.services.service import post_of
from ambassadors.services.writing import write
from config import ROOT

VOCABULARY = ROOT / "ambassadors" / "data" / "aim-programme.toml"

programmes = AppGroup("programme", help="The programme and its vocabulary.")
demos = AppGroup("demo", help="Invented people, to try the service with.")


@programmes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@spoken
def load_programme(file: Path) -> None:
    """Makes the vocabulary what FILE (TOML) says; retires what it no longer names."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Refused(f"{file} is not TOML: {fault}") from fault
    done = write(db.session(), lambda session: programme.load(session, document, clock()))
    click.echo(f"{done.added} added, {done.updated} updated, {done.retired} retired.")


@demos.command("load")
@spoken
def load_demo() -> None:
    """Adds 24 invented ambassadors, a coordinator, chats past and to come, and people waiting."""
    settings = current_app.extensions["settings"]
    sign_ins = demo.choose_sign_ins(guessable=not settings.production)
    hashes = {one.email: hash_password(one.password) for one in sign_ins}
    if not settings.production:
        hashes[""] = hashes[sign_ins[-1].email]
    post = post_of(db.session(), settings)
    loaded = write(db.session(), lambda session: demo.load(session, clock(), post, hashes))
    click.echo(f"{loaded.ambassadors} ambassadors and {loaded.chats} chats were added.")
    show(sign_ins)


@demos.command("crowd")
@click.option("--ambassadors", default=500, show_default=True)
@click.option("--prospects", default=20_000, show_default=True)
@click.option("--chats", default=100_000, show_default=True)
@click.option("--requests", default=2_500, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same crowd.")
@spoken
def add_crowd(ambassadors: int, prospects: int, chats: int, requests: int, seed: int) -> None:
    """Adds two years of chats of very many people, to measure with; takes a minute or two."""
    settings, session = current_app.extensions["settings"], db.session()
    sizes = demo.Sizes(ambassadors, prospects, chats, requests)
    if session.scalar(select(User.id).where(User.email == demo.COORDINATOR)) is None:
        sign_in = demo.choose_sign_ins(guessable=not settings.production)[0]
        hashes = {sign_in.email: hash_password(sign_in.password)}
        write(session, lambda s: demo.add_coordinator(s, clock(), hashes))
        show([sign_in])
    counts = write(session, lambda s: demo.add_crowd(s, sizes, seed, clock()))
    click.echo(", ".join(f"{count} {table}" for table, count in counts.items()) + " were added.")


def show(sign_ins: Iterable[demo.SignIn]) -> None:
    """Says who can sign in."""
    for one in sign_ins:
        click.echo(f"Demo {one.role}: {one.email}, password {one.password}")


@click.command("setup")
@click.pass_context
@with_appcontext
def set_up(context: click.Context) -> None:
    """What `make run` does first: migrations; on a new database the vocabulary and demo data.

    In production no demo data is loaded.
    """
    upgrade(str(ROOT / "migrations"))
    settings = current_app.extensions["settings"]
    if db.session.scalar(select(Family.id).limit(1)) is None:
        context.invoke(load_programme, file=VOCABULARY)
        if not settings.production:
            context.invoke(load_demo)
            return
    if not settings.production:
        show(demo.find_sign_ins(db.session()))


COMMANDS = (programmes, demos, set_up)
