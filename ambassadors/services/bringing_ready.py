"""A checked file of ambassadors made ready: everything that can be known before a lock is taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ambassadors.core.slots import Rules
from ambassadors.models import Ambassador, Family, Interest, User
from ambassadors.services import accounts, roster
from ambassadors.services.accounts import NewUser
from ambassadors.services.rows import AmbassadorRow
from ambassadors.services.settings.current import current

T = TypeVar("T")
Columns = dict[str, Any]

AT_ONCE = 500  # databases limit how many values one query takes


@dataclass(frozen=True)
class Prepared:
    """Everybody in a file, by address: who is `new`, as columns of account and profile; what the
    file makes different of those `known`. `interests` are ids by key.
    """

    rows: Mapping[str, AmbassadorRow]
    new: Mapping[str, tuple[Columns, Columns]]
    known: Mapping[str, Columns]
    interests: Mapping[str, int]


def prepare(session: Session, people: Sequence[AmbassadorRow], now: datetime) -> Prepared:
    """All that can be known before anything is locked."""
    rows, usual = {row.email: row for row in people}, current(session).house.rules
    known = read_known(session, list(rows))
    return Prepared(
        rows,
        {one: columns_of(row, usual, now) for one, row in rows.items() if one not in known},
        {email: differences(one, rows[email]) for email, one in known.items()},
        interest_ids(session),
    )


def read_known(session: Session, emails: Sequence[str]) -> dict[str, Ambassador]:
    """The ambassadors who have these addresses, with interests and hours."""
    interests = selectinload(Ambassador.interests).joinedload(Interest.family)
    found: dict[str, Ambassador] = {}
    for some in portions(emails):
        rows = (
            select(Ambassador)
            .join(Ambassador.user)
            .where(User.email.in_(some))
            .options(interests, selectinload(Ambassador.weekly_hours))
        )
        found |= {one.user.email: one for one in session.scalars(rows)}
    return found


def portions(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """As many as one query takes, at a time."""
    return (values[first : first + AT_ONCE] for first in range(0, len(values), AT_ONCE))


def interest_ids(session: Session) -> dict[str, int]:
    """Every interest that can be chosen, by `family/item`."""
    rows = session.execute(
        select(Family.key, Interest.key, Interest.id)
        .join(Interest.family)
        .where(Interest.retired_at.is_(None))
    )
    return {f"{family}/{item}": id for family, item, id in rows}


def columns_of(row: AmbassadorRow, usual: Rules, now: datetime) -> tuple[Columns, Columns]:
    """An account and a profile as the row says, shown and bookable at once."""
    user = accounts.columns_of(NewUser(row.email, row.name, "ambassador", row.zone), now)
    profile = {
        "status": "active",
        "time_zone": row.zone,
        "bio": "",
        "languages": ["en"],
        "meeting_url": row.meeting_url or "",
        "feed_secret": accounts.new_key(),
        "created_at": now,
    }
    return user, profile | roster.columns_of(usual) | profile_of(row)


def profile_of(row: AmbassadorRow) -> Columns:
    """What a row says of a profile that touches nothing else."""
    languages = None if row.languages is None else list(row.languages)
    said = {"weekly_cap": row.weekly_cap, "bio": row.bio, "languages": languages}
    return {column: value for column, value in said.items() if value is not None}


def differences(known: Ambassador, row: AmbassadorRow) -> Columns:
    """What the row makes different: columns of the profile, `name`, `hours`, `interests`."""
    found = {
        column: value
        for column, value in profile_of(row).items()
        if value != getattr(known, column)
    }
    if known.pending_since is not None:  # a coordinator's file needs no further approval
        found["pending_since"] = None
    if known.user.name != row.name:
        found["name"] = row.name
    hours = sorted((one.weekday, one.start_minute, one.end_minute) for one in known.weekly_hours)
    if row.weekly is not None and hours != spans_of(row):
        found["hours"] = True
    keys = {f"{one.family.key}/{one.key}": one for one in known.interests}
    chosen = {key for key, one in keys.items() if one.retired_at is None}
    if {key for key in chosen if key.partition("/")[0] in row.families} != row.interests:
        found["interests"] = True
    return found


def spans_of(row: AmbassadorRow) -> list[tuple[int, int, int]]:
    """A row's weekly hours as columns."""
    return sorted((span.weekday, span.start, span.end) for span in row.weekly or ())
