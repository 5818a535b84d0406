"""Long lists, one page at a time, in two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
R = TypeVar("R")

PAGE_SIZE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of `total` rows; pages count from 1, and an empty list has one page."""

    items: tuple[T, ...]
    total: int
    number: int = 1
    size: int = PAGE_SIZE

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.total, self.size)

    @property
    def first_place(self) -> int:
        """The place in the whole list, from 1, of this page's first row."""
        return (self.number - 1) * self.size + 1

    def made_of(self, items: Sequence[R]) -> "Page[R]":
        """The same page with something else for each row."""
        return Page(tuple(items), self.total, self.number, self.size)


def page_of(session: Session, rows: Select[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Page `number` of ordered rows; beyond the end, the last page."""
    counted = rows.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = session.scalar(counted) or 0
    number = min(max(1, number), last_page(total, size))
    found = session.scalars(rows.limit(size).offset((number - 1) * size)).unique().all()
    return Page(tuple(found), total, number, size)


def last_page(total: int, size: int) -> int:
    """The number of the last page of so many rows."""
    return max(1, -(-total // size))


def contains(
    text: str, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Whether any of the columns has the text in it, in capital or small letters."""
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
