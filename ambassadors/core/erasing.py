"""Erasing a person: what stands in their place, what of a history stays, how long it is kept."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

ERASED = "Erased person"
NO_ZONE, NO_LOCALE = "UTC", "en"
NOWHERE = "erased.invalid"  # RFC 2606: no mail server will ever have this name

# What the history of a chat needs for counts, caps and calendars; all else in it goes.
KEPT_OF_HISTORY = frozenset(
    [
        "status",
        "sequence",
        "starts_at",
        "ends_at",
        "blocked_from",
        "blocked_until",
        "cap_day",
        "cap_week",
        "ambassador_id",
    ]
)


def stand_in(kind: str, number: int) -> str:
    """The address in the place of an erased one: unique, and nobody's."""
    return f"erased-{kind}-{number}@{NOWHERE}"


def impersonal(values: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of the values of one change."""
    return {name: value for name, value in values.items() if name in KEPT_OF_HISTORY}


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the 28th for a later day of the month."""
    count = moment.year * 12 + moment.month - 1 - months
    return moment.replace(year=count // 12, month=count % 12 + 1, day=min(moment.day, 28))


def without(text: str, names: tuple[str, ...]) -> str:
    """A text in which the names (or addresses) of an erased person give way to a dash."""
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "–", text, flags=re.IGNORECASE)
    return text


def without_in(value: Any, names: tuple[str, ...]) -> Any:
    """The same for every text in a value of JSON."""
    if isinstance(value, str):
        return without(value, names)
    if isinstance(value, list):
        return [without_in(one, names) for one in value]
    if isinstance(value, dict):
        return {key: without_in(one, names) for key, one in value.items()}
    return value
