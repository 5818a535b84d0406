"""What a checked file of ambassadors does: prepared beforehand, then written at once.

Reading, checking and comparing take seconds for thousands of rows; the transaction that writes has
everything ready and asks again only for what somebody else may have changed meanwhile. All of a
file or nothing of it is written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, select, true, update
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.notices import Due, Kind
from ambassadors.extensions import Base
from ambassadors.models import (
    Ambassador,
    Chat,
    User,
    ambassador_interests,
)
from ambassadors.services import accounts, booking, notices, roster
from ambassadors.services.bringing_ready import (
    Columns,
    Prepared,
    interest_ids,
    portions,
    spans_of,
)
from ambassadors.services.rows import AmbassadorRow

COORDINATOR = Actor("coordinator")
NOBODY = 0
EVERYTHING = true()
# By tables: what is inserted by thousands needs no objects, and no ids given back row by row.
USERS, AMBASSADORS, HOURS = (
    Base.metadata.tables[name] for name in ("users", "ambassadors", "weekly_hours")
)
CHANGED = ("weekly_cap", "bio", "languages", "pending_since")
COUNTED_BACK = timedelta(days=14)  # as `booking.recount_caps` looks back


class ChangedMeanwhile(Exception):
    """Accounts or interests are others than those that the file was prepared for."""


@dataclass(frozen=True)
class There:
    """Somebody with an address of the file, as they are when it is written; the id is `NOBODY`
    where the account is no ambassador's.
    """

    id: int
    user_id: int
    zone: str
    meeting_url: str


def bring(session: Session, ready: Prepared, now: datetime, invite: bool) -> None:
    """Writes all of it, a few statements for each table. ChangedMeanwhile, before anything is
    written, when it must be prepared again.
    """
    there = find_there(session, list(ready.rows))
    if there.keys() != ready.known.keys() or interest_ids(session) != ready.interests:
        raise ChangedMeanwhile
    ids = add_new(session, ready, now, invite)
    change_known(session, ready, there, now)
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


def change_known(
    session: Session, ready: Prepared, there: Mapping[str, There], now: datetime
) -> None:
    """Names and columns of profiles that the file makes different, in the order of ids."""
    names, profiles = list[Columns](), dict[tuple[str, ...], list[Columns]]()
    for email in in_order(there):
        found, one = ready.known[email], there[email]
        if "name" in found:
            names.append({"id": one.user_id, "name": found["name"]})
        columns = {key: value for key, value in found.items() if key in CHANGED}
        if "weekly_cap" in columns:
            columns["caps_changed_at"] = now
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
