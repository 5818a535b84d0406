"""What a checked file of ambassadors does: prepared beforehand, then written at once.

Reading, checking and comparing take seconds for thousands of rows; the transaction that writes has
everything ready and asks again only for what somebody else may have changed meanwhile. All of a
file or nothing of it is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, delete, select, true, update
from sqlalchemy.orm import Session, selectinload

from ambassadors.core.chats import Actor
from ambassadors.core.notices import Due, Kind
from ambassadors.core.slots import Rules
from ambassadors.extensions import Base
from ambassadors.models import (
    Ambassador,
    Chat,
    Family,
    Interest,
    User,
    ambassador_interests,
)
from ambassadors.services import accounts, booking, notices, roster
from ambassadors.services.accounts import NewUser
from ambassadors.services.rows import AmbassadorRow
from ambassadors.services.settings.current import current

T = TypeVar("T")
Columns = dict[str, Any]

COORDINATOR = Actor("coordinator")
NOBODY = 0
EVERYTHING = true()
AT_ONCE = 500  # databases limit how many values one query takes
# By tables: what is inserted by thousands needs no objects, and no ids given back row by row.
USERS, AMBASSADORS, HOURS = (
    Base.metadata.tables[name] for name in ("users", "ambassadors", "weekly_hours")
)
CHANGED = ("weekly_cap", "bio", "languages", "pending_since")
COUNTED_BACK = timedelta(days=14)  # as `booking.recount_caps` looks back


class ChangedMeanwhile(Exception):
    """Accounts or interests are others than those that the file was prepared for."""


@dataclass(frozen=True)
class Prepared:
    """Everybody in a file, by address: who is `new`, as columns of account and profile; what the
    file makes different of those `known`. `interests` are ids by key.
    """

    rows: Mapping[str, AmbassadorRow]
    new: Mapping[str, tuple[Columns, Columns]]
    known: Mapping[str, Columns]
    interests: Mapping[str, int]


@dataclass(frozen=True)
class There:
    """Somebody with an address of the file, as they are when it is written; the id is `NOBODY`
    where the account is no ambassador's.
    """

    id: int
    user_id: int
    zone: str
    meeting_url: str


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


def bring(session: Session, ready: Prepared, now: datetime, invite: bool) -> None:
    """Writes all of it, a few statements for each table. ChangedMeanwhile, before anything is
    written, when it must be prepared again.
    """
    there = find_there(session, list(ready.rows))
    if there.keys() != ready.known.keys() or interest_ids(session) != ready.interests:
        raise ChangedMeanwhile
    ids = add_new(session, ready, now, invite)
    change_known(session, ready, there)
    changed = {
        kind: {email: there[email].id for email, found in ready.known.items() if kind in found}
        for kind in ("hours", "interests")
    }
    remove(session, HOURS, changed["hours"].values())
    add_hours(session, ready, ids | changed["hours"])
    remove_interests(session, ready, changed["interests"])
    add_interests(session, ready, ids | changed["interests"])
    move(session, ready, there, now)


def find_there(session: Session, emails: Sequence[str]) -> dict[str, There]:
    """Who has these addresses now."""
    found: dict[str, There] = {}
    for some in portions(emails):
        rows = session.execute(
            select(User.email, Ambassador.id, User.id, Ambassador.time_zone, Ambassador.meeting_url)
            .outerjoin(Ambassador, Ambassador.user_id == User.id)
            .where(User.email.in_(some))
        )
        for email, id, user_id, zone, url in rows:
            found[email] = There(id or NOBODY, user_id, zone or "", url or "")
    return found


def add_new(session: Session, ready: Prepared, now: datetime, invite: bool) -> dict[str, int]:
    """Accounts and profiles of everybody new, and the mails that invite them; ids by address."""
    if not ready.new:
        return {}
    session.execute(USERS.insert(), [user for user, _ in ready.new.values()])
    users = {email: one.user_id for email, one in find_there(session, [*ready.new]).items()}
    profiles = [{**one, "user_id": users[email]} for email, (_, one) in ready.new.items()]
    session.execute(AMBASSADORS.insert(), profiles)
    if invite:
        notices.add(session, [invitation(one, now) for one in users.values()])
    return {email: one.id for email, one in find_there(session, [*ready.new]).items()}


def invitation(user_id: int, now: datetime) -> Columns:
    """The first mail with a link to a new account, as a row."""
    subject = f"user:{user_id}"
    due = Due(Kind.ACCOUNT_INVITATION, subject, now, now + accounts.INVITATION_LASTS)
    return notices.rows_of(subject, 1, [due], now, user_id=user_id)[0]


def change_known(session: Session, ready: Prepared, there: Mapping[str, There]) -> None:
    """Names and columns of profiles that the file makes different, in the order of ids."""
    names, profiles = list[Columns](), dict[tuple[str, ...], list[Columns]]()
    for email in in_order(there):
        found, one = ready.known[email], there[email]
        if "name" in found:
            names.append({"id": one.user_id, "name": found["name"]})
        columns = {key: value for key, value in found.items() if key in CHANGED}
        if columns:
            profiles.setdefault(tuple(columns), []).append({"id": one.id, **columns})
    if names:
        session.execute(update(User), names)
    for rows in profiles.values():
        session.execute(update(Ambassador), rows)


def in_order(there: Mapping[str, There]) -> list[str]:
    """Addresses by the ids of ambassadors: whoever locks several does so in one order."""
    return sorted(there, key=lambda email: there[email].id)


def remove(
    session: Session, table: Table, ids: Collection[int], also: ColumnElement[bool] = EVERYTHING
) -> None:
    """Rows of a table that belong to these ambassadors."""
    for some in portions(list(ids)):
        session.execute(delete(table).where(table.c.ambassador_id.in_(some), also))


def add_hours(session: Session, ready: Prepared, ids: Mapping[str, int]) -> None:
    """Their weekly hours."""
    rows = [
        {"ambassador_id": id, "weekday": weekday, "start_minute": start, "end_minute": end}
        for email, id in ids.items()
        for weekday, start, end in spans_of(ready.rows[email])
    ]
    if rows:
        session.execute(HOURS.insert(), rows)


def remove_interests(session: Session, ready: Prepared, ids: Mapping[str, int]) -> None:
    """What they had chosen from the families that the file has; the rest stays."""
    families = next(iter(ready.rows.values())).families
    live = [id for key, id in ready.interests.items() if key.partition("/")[0] in families]
    chosen = ambassador_interests.c.interest_id.in_(live)
    remove(session, ambassador_interests, ids.values(), chosen)


def add_interests(session: Session, ready: Prepared, ids: Mapping[str, int]) -> None:
    """What the file says they chose."""
    rows = [
        {"ambassador_id": id, "interest_id": ready.interests[key]}
        for email, id in ids.items()
        for key in sorted(ready.rows[email].interests)
    ]
    if rows:
        session.execute(ambassador_interests.insert(), rows)


def move(session: Session, ready: Prepared, there: Mapping[str, There], now: datetime) -> None:
    """Another zone or another link: those who have chats one by one, since those are told, or
    counted on other days; all others at once.
    """
    moved = [email for email in in_order(there) if is_moved(there[email], ready.rows[email])]
    busy = with_chats(session, [there[email].id for email in moved], now)
    plain = [email for email in moved if there[email].id not in busy]
    if plain:
        users = [{"id": there[one].user_id, "time_zone": ready.rows[one].zone} for one in plain]
        session.execute(update(User), users)
        session.execute(
            update(Ambassador), [moved_to(there[one], ready.rows[one]) for one in plain]
        )
    for email in moved:
        if there[email].id in busy:
            move_one(session, there[email], ready.rows[email], now)


def is_moved(there: There, row: AmbassadorRow) -> bool:
    """Whether the file has another zone or link."""
    return row.zone != there.zone or row.meeting_url not in (None, there.meeting_url)


def moved_to(there: There, row: AmbassadorRow) -> Columns:
    """The zone and the link that the file has."""
    url = there.meeting_url if row.meeting_url is None else row.meeting_url
    return {"id": there.id, "time_zone": row.zone, "meeting_url": url}


def with_chats(session: Session, ids: Sequence[int], now: datetime) -> set[int]:
    """Those who have chats to come, or of late."""
    found: set[int] = set()
    for some in portions(ids):
        rows = select(Chat.ambassador_id).distinct()
        since = now - COUNTED_BACK
        found |= set(
            session.scalars(rows.where(Chat.ambassador_id.in_(some), Chat.starts_at > since))
        )
    return found


def move_one(session: Session, there: There, row: AmbassadorRow, now: datetime) -> None:
    """A new link reaches everybody with a chat to come."""
    ambassador = roster.lock(session, there.id)
    roster.move_zone(session, ambassador, row.zone, now)
    ambassador.meeting_url = moved_to(there, row)["meeting_url"]
    session.flush()
    booking.change_place(session, there.id, ambassador.place, COORDINATOR, now)
