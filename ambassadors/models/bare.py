"""Statements without objects where every one counts, and objects of what they have just written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

from ambassadors.extensions import Base
from ambassadors.models.engine import attempt

Row = TypeVar("Row", bound=Base)


def bare(session: Session) -> Connection:
    """The connection, for statements without objects: a session's own way takes twice as long.

    As there, what was done to objects is written first.
    """
    session.flush()
    return session.connection()


def attempt_one(
    session: Session, statement: Insert, values: Mapping[str, Any]
) -> CursorResult[Any]:
    """One statement that may be refused. SQLite undoes a refused one by itself: no savepoint."""
    connection = bare(session)
    if connection.dialect.name == "sqlite":
        return connection.execute(statement, values)
    with attempt(session):
        return connection.execute(statement, values)


def as_written(session: Session, kind: type[Row], values: Mapping[str, Any]) -> Row:
    """The object of a row with these columns, moments in UTC; what is not said is read when asked.

    An object of the same id can only be a leftover of what was undone: it has no row any more.
    """
    row = kind()
    instance_dict(row).update({name: in_utc(value) for name, value in values.items()})
    leftover = session.identity_map.get(identity_key(kind, values["id"]))
    if leftover is not None:
        session.expunge(leftover)
    make_transient_to_detached(row)
    session.add(row)
    return row


def in_utc(value: Any) -> Any:
    """A moment as the database gives it back."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value
