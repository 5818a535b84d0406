"""Many values as one parameter: a statement stays the same whatever their number.

SQLAlchemy writes `IN` anew for each number of values, and each text is prepared anew by the
database; neither knows it again at the next request.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    String,
    bindparam,
    literal_column,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE, TypeDecorator, TypeEngine


class Numbers(TypeDecorator[Sequence[int]]):
    """Integers: an array for PostgreSQL, a JSON text for SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(
            ARRAY(BigInteger) if dialect.name == "postgresql" else JSON()
        )

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> list[int]:
        return list(value or ())


class Among(FunctionElement[Any]):
    """Whether a column's number is one of a parameter's `Numbers`.

    Not said to be a Boolean: SQLAlchemy would ask SQLite whether it is 1, which no index knows.
    """

    type = NULLTYPE
    inherit_cache = True
    name = "among"


@compiles(Among, "sqlite")
def write_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    """By an index, as `IN` is."""
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - no text of people


@compiles(Among, "postgresql")
def write_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    """By an index, as `IN` is."""
    column, numbers = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY({numbers})"


def among(column: ColumnElement[int], name: str) -> Among:
    """Whether a column's number is one of those that the parameter of that name holds."""
    return Among(column, bindparam(name, type_=Numbers()))


def is_any(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of a few words of our own."""
    return or_(*(column == written(value) for value in values))


def written(word: str) -> ColumnElement[str]:
    """One of our own words, as it stands in a statement. ValueError for anything but letters.

    SQLite plans a statement anew every time a value is bound that decides whether a partial index
    can be used.
    """
    if not word.replace("_", "").isalpha():
        raise ValueError("Only words of our own are written out.")
    return literal_column(f"'{word}'", String)
