"""Headings of a list that sorts by what one presses; the first press, then the other way round."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Head:
    """A column's heading; `href` sorts by it, none for a column that does not sort. `way` is
    "ascending" or "descending" where the list is sorted by it.
    """

    label: str
    href: str = ""
    way: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its label, the key it sorts by, and whether most comes first when pressed."""

    label: str
    key: str = ""
    most_first: bool = False


def heads(
    columns: Iterable[Column], path: str, values: MultiDict[str, str], key: str, falling: bool
) -> tuple[Head, ...]:
    """The headings of a list at an address, with the rest of its query kept."""
    kept = [
        (name, value)
        for name, value in values.items()
        if value and name not in ("sort", "way", "page")
    ]
    return tuple(head(column, path, kept, key, falling) for column in columns)


def head(column: Column, path: str, kept: list[tuple[str, str]], key: str, falling: bool) -> Head:
    """One heading."""
    if not column.key:
        return Head(column.label)
    here = column.key == key
    turned = not falling if here else column.most_first
    query = urlencode([*kept, ("sort", column.key), ("way", "falling" if turned else "rising")])
    way = ("descending" if falling else "ascending") if here else ""
    return Head(column.label, f"{path}?{query}", way)
