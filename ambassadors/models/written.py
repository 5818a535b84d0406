"""Rows that a plain statement has just written, as objects, without reading them again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

from ambassadors.extensions import Base

Row = TypeVar("Row", bound=Base)


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
