"""The rules of new ambassadors and the bounds for all, and what a change of them does to people."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ambassadors.core.said import said, said_n
from ambassadors.core.settings.rules import House, follow, read_house, tell_house
from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador, Chat, SettingsVersion
from ambassadors.services.settings.foresight import Foresight, Value

# The names of the rules in the core, and of their columns.
COLUMNS = {
    "lengths": "lengths",
    "before": "buffer_before",
    "after": "buffer_after",
    "notice": "notice_minutes",
    "horizon": "horizon_days",
    "daily_cap": "daily_cap",
    "weekly_cap": "weekly_cap",
}
Change = dict[str, list[Any]]  # by column: what it was, what it becomes
_RULES = select(Ambassador.id, *(getattr(Ambassador, column) for column in COLUMNS.values()))


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_house(read_house(before), read_house(after)))


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """How many ambassadors change, why, and how many of their chats stay as they are."""
    old, new = read_house(before), read_house(after)
    changes = changes_of(session, old, new)
    outside = sum(is_outside(change, old) for change in changes.values())
    booked = count_booked(session, changes, now)
    return Foresight(tell(before, after), tuple(follows(len(changes), outside, booked)))


def follows(changed: int, outside: int, booked: int) -> Iterator[str]:
    """The same in sentences."""
    if not changed:
        yield said("No ambassador changes: nobody uses a default that is different now.")
        return
    using = changed - outside
    if using:
        yield said_n(
            "{count} ambassador uses the default and will change.",
            "{count} ambassadors use the default and will change.",
            using,
        )
    if outside:
        yield said_n(
            "{count} ambassador lies outside the bounds and will be brought within.",
            "{count} ambassadors lie outside the bounds and will be brought within.",
            outside,
        )
    yield said_n(
        "{count} booked chat of theirs stays as it is.",
        "{count} booked chats of theirs stay as they are.",
        booked,
    )


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Changes those whom it touches; what it changed, so that it can be given back."""
    changes = changes_of(session, read_house(before), read_house(after), lock=True)
    write(session, changes)
    return {"ambassadors": {str(one): change for one, change in changes.items()}}


def take_back(session: Session, version: SettingsVersion, now: datetime) -> dict[str, Any]:
    """Gives back what a change took, wherever it still stands as that change left it."""
    changed: Mapping[str, Change] = version.effects.get("ambassadors", {})
    rows = session.execute(_RULES.with_for_update()).mappings()
    returned: dict[int, Change] = {}
    for row in rows:
        back = {
            column: [new, old]
            for column, (old, new) in changed.get(str(row["id"]), {}).items()
            if row[column] == new
        }
        if back:
            returned[row["id"]] = back
    write(session, returned)
    return {"ambassadors": {str(one): change for one, change in returned.items()}}


def changes_of(session: Session, old: House, new: House, lock: bool = False) -> dict[int, Change]:
    """Whose rules become others, by ambassador: one query."""
    found: dict[int, Change] = {}
    for row in session.execute(_RULES.with_for_update() if lock else _RULES).mappings():
        rules = Rules(tuple(row["lengths"]), *(row[column] for column in [*COLUMNS.values()][1:]))
        wanted = follow(rules, old, new)
        change = {
            column: [plain(getattr(rules, name)), plain(getattr(wanted, name))]
            for name, column in COLUMNS.items()
            if getattr(rules, name) != getattr(wanted, name)
        }
        if change:
            found[row["id"]] = change
    return found


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    return list(value) if isinstance(value, tuple) else value


def is_outside(change: Change, old: House) -> bool:
    """Whether only the bounds touch somebody: nothing of what changes was a default."""
    defaults = {column: plain(getattr(old.rules, name)) for name, column in COLUMNS.items()}
    return all(pair[0] != defaults[column] for column, pair in change.items())


def count_booked(session: Session, changes: Mapping[int, Change], now: datetime) -> int:
    """Booked chats to come of these ambassadors."""
    rows = session.execute(
        select(Chat.ambassador_id, func.count())
        .where(Chat.status == "confirmed", Chat.starts_at > now)
        .group_by(Chat.ambassador_id)
    )
    return sum(count for one, count in rows if one in changes)


def write(session: Session, changes: Mapping[int, Change]) -> None:
    """Writes what ambassadors' columns become."""
    for one, change in changes.items():
        values = {column: becomes for column, (_, becomes) in change.items()}
        session.execute(update(Ambassador).where(Ambassador.id == one).values(**values))
