"""How each database is spoken to: pragmas and locks for SQLite, time limits for PostgreSQL.

SQLite's own waiting for a write lock polls with long sleeps; a lock file taken first, by writing
transactions only, keeps the slowest booking near the median (docs/decisions/sqlite-writes.md).
"""

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Engine, Integer, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

KEYED_BY = "ambassadors_key"  # execution option of an engine: what keyed hashes depend on
READS_COPY = "reads_copy"  # in Session.info: what is read may come from DATABASE_READ_URL
WROTE = "wrote"  # in Session.info: a writing transaction has begun
WRITES = "ambassadors_writes"  # execution option: this transaction will write
VERSION_AT_BEGIN = "data_version_at_begin"  # of the writing transaction, in Session.info
SEEN = "data_version"  # in Session.info: the version, and at which moment it was that
LOCK_WAIT = 10.0  # seconds, as SQLite's busy_timeout
LOCK_POLL = 0.001  # seconds between looks at the lock file

LOCKED = OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))
THREADS: dict[str, threading.Lock] = {}

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
    "PRAGMA secure_delete=ON",  # what was erased is overwritten in the file, too
)


class WriteLock:
    """One writer at a time: a lock among this process's threads, then one on a file for all.

    Only the thread that has the first one looks at the file, so that a crowd of waiting writers
    costs next to nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.threads = THREADS.setdefault(str(path), threading.Lock())
        self.file: Any = None

    def acquire(self) -> None:
        """Waits `LOCK_WAIT` seconds at most; then raises what SQLite says in such a case."""
        give_up = time.monotonic() + LOCK_WAIT
        if not self.threads.acquire(timeout=LOCK_WAIT):
            raise LOCKED
        self.file = self.path.open("ab")
        while time.monotonic() < give_up:
            with contextlib.suppress(BlockingIOError):  # held by somebody: look again
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(LOCK_POLL)
        self.release()
        raise LOCKED

    def release(self) -> None:
        """Lets the next writer in."""
        if self.file is not None:
            self.file.close()
            self.file = None
            self.threads.release()


def prepare_sqlite(engine: Engine) -> None:
    """Pragmas, real transactions (the driver's own begin too late), the lock for writers."""
    database = engine.url.database
    lock_path = Path(f"{database}.lock") if database and database != ":memory:" else None

    @event.listens_for(engine, "do_connect")
    def before_connect(*arguments: Any) -> None:
        if lock_path:
            make_private(lock_path.with_suffix(""))
            make_private(lock_path)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)
        record.info["write_lock"] = WriteLock(lock_path) if lock_path else None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        lock = connection.connection.info.get("write_lock")
        if lock is not None:
            lock.acquire()
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def on_checkin(connection: Any, record: Any) -> None:
        lock = record.info.get("write_lock")
        if lock is not None:
            lock.release()


def make_private(path: Path) -> None:
    """Makes a file for its owner alone; SQLite gives those beside the database the same mode."""
    with contextlib.suppress(OSError):  # it is there already, or its folder is not
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


PATIENCE = "lock_timeout = '10s'", "idle_in_transaction_session_timeout = '60s'"


def prepare_postgresql(engine: Engine, pooled: bool = False) -> None:
    """A statement that waits for a lock longer than a person would is given up.

    `pooled`: a connection is another one in every transaction, so each says so for itself.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        if not pooled:
            connection.execute("; ".join(f"SET {one}" for one in PATIENCE))
            connection.commit()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if pooled:
            connection.exec_driver_sql("; ".join(f"SET LOCAL {one}" for one in PATIENCE))


def prepare(engine: Engine, secret: str = "", pooled: bool = False) -> None:
    """Sets an engine up for its kind of database; `secret` is for keyed hashes."""
    engine.update_execution_options(**{KEYED_BY: secret})
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    else:
        prepare_postgresql(engine, pooled)


def secret_of(session: Session) -> str:
    """What hashes of addresses are keyed by in this database."""
    return str(session.connection().get_execution_options().get(KEYED_BY, ""))


def data_version(connection: Connection) -> int:
    """The version of vocabulary, profiles and hours, as this transaction sees it."""
    # Written out: on every page, and five times as fast as a statement that must be compiled.
    row = connection.exec_driver_sql("SELECT version FROM data_version").first()
    return 0 if row is None else int(row[0])


class EpochMinute(FunctionElement[int]):
    """A moment's epoch minute, worked out by the database: rows of hot paths need no datetimes."""

    type = Integer()
    inherit_cache = True
    name = "epoch_minute"


@compiles(EpochMinute, "sqlite")
def write_sqlite(element: EpochMinute, compiler: SQLCompiler, **options: Any) -> str:
    """Moments are kept as UTC texts."""
    return f"strftime('%s', {compiler.process(element.clauses, **options)}) / 60"


@compiles(EpochMinute, "postgresql")
def write_postgresql(element: EpochMinute, compiler: SQLCompiler, **options: Any) -> str:
    """Moments are kept as timestamps with time zone."""
    moment = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {moment}) / 60) AS BIGINT)"


class Packed(FunctionElement[list[list[Any]]]):
    """All rows of these columns as one list of lists, dates as ISO 8601.

    Python's driver for SQLite gives the interpreter away with every row it fetches: with other
    threads waiting for it, a hundred rows cost a hundred turns, one packed row costs one.
    """

    type = JSON()
    inherit_cache = True
    name = "packed"


@compiles(Packed, "sqlite")
def pack_sqlite(element: Packed, compiler: SQLCompiler, **options: Any) -> str:
    """An empty list when there are no rows."""
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(Packed, "postgresql")
def pack_postgresql(element: Packed, compiler: SQLCompiler, **options: Any) -> str:
    """An empty list when there are no rows."""
    columns = compiler.process(element.clauses, **options)
    return f"coalesce(json_agg(json_build_array({columns})), '[]')"


class PackedBy(FunctionElement[dict[str, str]]):
    """All rows of two columns as one mapping of texts, for the same reason."""

    type = JSON()
    inherit_cache = True
    name = "packed_by"


@compiles(PackedBy, "sqlite")
def pack_by_sqlite(element: PackedBy, compiler: SQLCompiler, **options: Any) -> str:
    """What is joined to a text is no JSON any more, but a text that holds some."""
    key, value = (compiler.process(one, **options) for one in element.clauses)
    return f"json_group_object(CAST({key} AS TEXT), {value} || '')"


@compiles(PackedBy, "postgresql")
def pack_by_postgresql(element: PackedBy, compiler: SQLCompiler, **options: Any) -> str:
    """An empty mapping when there are no rows."""
    key, value = (compiler.process(one, **options) for one in element.clauses)
    return f"coalesce(json_object_agg({key}, CAST({value} AS TEXT)), '{{}}')"


def begin_write(session: Session) -> None:
    """Ends a reading transaction, if one is open, and begins one that may write.

    On SQLite it has the write lock from its first moment, so it never reads a state that
    another writer changes before it writes.
    """
    if session.in_transaction():
        session.rollback()
    session.info[READS_COPY], session.info[WROTE] = False, True
    connection = session.connection(execution_options={WRITES: True})
    version = session.info[VERSION_AT_BEGIN] = data_version(connection)
    session.info[SEEN] = (session.get_transaction(), changes(connection)), version


def changes(connection: Connection) -> int | None:
    """How many rows this connection to SQLite has changed so far; None on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return None
    plain: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return plain.total_changes


RETRIED = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


def worth_retrying(fault: OperationalError) -> bool:
    """Whether the same work may go through when tried again at once."""
    return getattr(fault.orig, "sqlstate", None) in RETRIED


def violated(fault: Exception) -> str:
    """The name of the constraint or trigger that refused a write, or ''."""
    orig = getattr(fault, "orig", None)
    diag = getattr(orig, "diag", None)
    return (getattr(diag, "constraint_name", None) or "") if diag else str(orig or "")


@contextlib.contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A savepoint: a refused statement inside takes nothing else of the transaction with it.

    Not for flushes, whose failure ends the session's own transaction. Written out, because
    SQLAlchemy compiles its savepoints anew every time.
    """
    session.flush()
    connection = session.connection()
    connection.exec_driver_sql("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        if not connection.invalidated:  # else the server is gone, and the savepoint with it
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT attempt")
