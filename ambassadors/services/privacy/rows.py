"""Rows as plain values for JSON."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

Values = dict[str, Any]


def each(session: Session, rows: Select[Any], fields: str) -> list[Values]:
    """The rows of a query, with these columns."""
    return [columns(one, fields) for one in session.scalars(rows)]


def columns(row: object, names: str) -> Values:
    """Some columns of a row, as JSON can hold them."""
    return {name: plain(getattr(row, name)) for name in names.split()}


def plain(value: Any) -> Any:
    """Moments and dates as ISO 8601."""
    return value.isoformat() if isinstance(value, datetime | date) else value
