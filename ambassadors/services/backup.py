"""A consistent copy of a running service's database."""

import contextlib
import os
import shlex
import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL

from ambassadors.core.refused import Refused
from ambassadors.core.said import said


def back_up(url: URL, file: Path) -> None:
    """Copies the SQLite database at `url` into `file` by SQLite's own online backup.

    Copying the file itself would lose what is still in the write-ahead log. The copy is checked
    and appears whole, in place of an earlier one. Refused (422) for any other database, naming
    the command that does it.
    """
    if url.get_backend_name() != "sqlite":
        raise Refused(
            said(
                "This database is backed up by its own tool: {dump_command}",
                dump_command=dump_command(url, file),
            )
        )
    source = Path(url.database or "")
    if not source.is_file():
        raise Refused(said("There is no database at {source}.", source=source))
    if file.exists() and file.samefile(source):
        raise Refused(said("That file is the database itself."))
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        copy(source, part)
        part.replace(file)
    except (sqlite3.Error, OSError) as fault:
        raise Refused(said("The copy could not be made: {fault}", fault=fault)) from fault
    finally:
        part.unlink(missing_ok=True)


def copy(source: Path, part: Path) -> None:
    """The copying and the check of what came of it; on disk when it returns."""
    part.touch(mode=0o600, exist_ok=False)
    with (
        contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as live,
        contextlib.closing(sqlite3.connect(part)) as kept,
    ):
        live.backup(kept)
        kept.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
        answer = kept.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise Refused(
            said("The copy is damaged, and so may be the database: {answer}", answer=answer)
        )
    with part.open("rb") as written:
        os.fsync(written.fileno())


def dump_command(url: URL, file: Path) -> str:
    """How PostgreSQL's own tool makes the copy; the password comes from ~/.pgpass or PGPASSWORD."""
    options = {"--host": url.host, "--port": url.port, "--username": url.username}
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    words = ["pg_dump", "--format=custom", f"--file={file}", *given, url.database or ""]
    return shlex.join(words)
