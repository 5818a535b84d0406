"""Keys of other systems, and the export, from the command line."""

import sys
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from ambassadors.cli.speaking import clock, spoken
from ambassadors.extensions import db
from ambassadors.services.integrations import exporting, keys
from ambassadors.services.integrations.keys import NewKey
from ambassadors.services.writing import write

api_keys = AppGroup("keys", help="API keys of other systems.")
chats = AppGroup("chats", help="Chats, for other systems.")
COMMANDS = (api_keys, chats)


@api_keys.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([*keys.SCOPES]))
@click.option("--days", type=click.IntRange(1, 3650), help="How long it lasts; for good without.")
@click.option("--per-minute", type=click.IntRange(1, 6000), default=keys.PER_MINUTE)
@spoken
def create_key(name: str, scopes: tuple[str, ...], days: int | None, per_minute: int) -> None:
    """Makes a key and prints it, this once."""
    new = NewKey(name, scopes, days, per_minute)
    _, text = write(db.session(), lambda session: keys.make(session, new, None, clock()))
    click.echo(text)


@api_keys.command("list")
@spoken
def list_keys() -> None:
    """Every key: its beginning, name, scopes, and whether it still opens something."""
    now = clock()
    for row in keys.list_all(db.session()):
        over = row.revoked_at or (
            row.expires_at if row.expires_at and row.expires_at <= now else None
        )
        state = f"ended {over:%Y-%m-%d}" if over else "open"
        used = f"used {row.used_at:%Y-%m-%d}" if row.used_at else "never used"
        click.echo(f"{row.prefix}\t{state}\t{used}\t{' '.join(row.scopes)}\t{row.name}")


@api_keys.command("revoke")
@click.argument("prefix")
@spoken
def revoke_key(prefix: str) -> None:
    """Ends a key at once; PREFIX is its beginning, as `keys list` prints it."""
    row = write(db.session(), lambda session: keys.revoke(session, prefix, clock()))
    click.echo(f"The key of {row.name} opens nothing any more.")


@chats.command("export")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]), help="In UTC.")
@spoken
def export_chats(since: datetime | None) -> None:
    """Writes chats as CSV for admissions systems to standard output."""
    at = since.replace(tzinfo=UTC) if since else None
    for line in exporting.csv_lines(db.session(), at):
        sys.stdout.buffer.write(line.encode("utf-8"))
