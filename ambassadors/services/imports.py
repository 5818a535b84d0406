"""Ambassadors and waiting prospects from CSV files, and ambassadors into one.

All or nothing: with any bad row nothing is written. A row whose address is known updates that
ambassador; columns that the file does not have stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ambassadors.core.chats import Actor
from ambassadors.core.csvs import Problem, write_table
from ambassadors.core.hours import WeeklySpan, format_weekly
from ambassadors.core.notices import Due, Kind
from ambassadors.models import Ambassador, Family, Interest, User, WeeklyHours
from ambassadors.services import accounts, booking, notices, roster, waiting
from ambassadors.services.accounts import NewUser
from ambassadors.services.programme import vocabulary
from ambassadors.services.rows import (
    AMBASSADOR_COLUMNS,
    AmbassadorRow,
    ProspectRow,
    read_ambassadors,
    read_prospects,
)

COORDINATOR = Actor("coordinator")


class BadRows(Exception):
    """The file cannot be imported; `problems` says why, one row and column each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Imported:
    """How many people a file added and updated, or would."""

    added: int
    updated: int


def import_ambassadors(
    session: Session, data: bytes, now: datetime, *, dry_run: bool = False, invite: bool = False
) -> Imported:
    """Adds or updates everyone in the file, active at once; raises BadRows when any row is bad.

    `invite` queues the mail with the link for a first password to everyone who is new.
    """
    people = check_ambassadors(session, data)
    known = known_users(session, [one.email for one in people])
    if not dry_run:
        add_all(session, [one for one in people if one.email not in known], now, invite)
        items = all_interests(session)
        for row in people:
            user = known.get(row.email)
            if user is not None and user.ambassador is not None:  # others were refused above
                apply_row(session, user.ambassador, row, items, now)
        session.flush()
    return Imported(len(people) - len(known), len(known))


def check_ambassadors(session: Session, data: bytes) -> list[AmbassadorRow]:
    """Everyone in the file; raises BadRows, which names each, when any row is bad."""
    people, problems = read_ambassadors(data, vocabulary(session))
    known = known_users(session, [one.email for one in people])
    problems += [not_an_ambassador(one) for one in people if has_other_account(known, one)]
    if problems:
        raise BadRows(sorted(problems, key=lambda problem: problem.line))
    return people


def known_users(session: Session, emails: Sequence[str]) -> dict[str, User]:
    """The accounts that these addresses have already."""
    load = selectinload(User.ambassador).options(
        selectinload(Ambassador.interests), selectinload(Ambassador.weekly_hours)
    )
    found: dict[str, User] = {}
    for first in range(0, len(emails), 500):  # databases limit how many values one query takes
        some = select(User).where(User.email.in_(emails[first : first + 500])).options(load)
        found.update({user.email: user for user in session.scalars(some)})
    return found


def has_other_account(known: dict[str, User], row: AmbassadorRow) -> bool:
    """Whether the address is somebody's who is no ambassador."""
    user = known.get(row.email)
    return user is not None and user.ambassador is None


def not_an_ambassador(row: AmbassadorRow) -> Problem:
    """Said of a coordinator's address."""
    return Problem(row.line, "email", "This address has an account that is no ambassador's.")


def all_interests(session: Session) -> dict[str, Interest]:
    """Every interest there is, by `family/item`."""
    pairs = session.execute(select(Family.key, Interest).join(Interest.family))
    return {f"{family}/{interest.key}": interest for family, interest in pairs}


def add_all(session: Session, people: Sequence[AmbassadorRow], now: datetime, invite: bool) -> None:
    """Accounts and profiles of everybody new, shown and bookable at once; a few statements each
    table, so that the lock on the database is short however many they are.
    """
    items = all_interests(session)
    rows = [new_ambassador(one, items, now) for one in people]
    session.add_all(rows)
    session.flush()
    if invite:
        notices.add(session, [invitation(row.user_id, now) for row in rows])


def invitation(user_id: int, now: datetime) -> dict[str, Any]:
    """The first mail with a link to a new account, as a row."""
    subject = f"user:{user_id}"
    due = Due(Kind.ACCOUNT_INVITATION, subject, now, now + accounts.INVITATION_LASTS)
    return notices.rows_of(subject, 1, [due], now, user_id=user_id)[0]


def new_ambassador(row: AmbassadorRow, items: dict[str, Interest], now: datetime) -> Ambassador:
    """An account with a profile as the row says, not yet added."""
    user = accounts.new_user(NewUser(row.email, row.name, "ambassador", row.zone), now)
    ambassador = Ambassador(
        user=user,
        status="active",
        time_zone=row.zone,
        bio=row.bio or "",
        meeting_url=row.meeting_url or "",
        feed_secret=accounts.new_key(),
        created_at=now,
    )
    if row.weekly_cap is not None:
        ambassador.weekly_cap = row.weekly_cap
    if row.languages is not None:
        ambassador.languages = list(row.languages)
    ambassador.weekly_hours = [hours_row(span) for span in row.weekly or ()]
    ambassador.interests = [items[key] for key in sorted(row.interests)]
    return ambassador


def apply_row(
    session: Session,
    ambassador: Ambassador,
    row: AmbassadorRow,
    items: dict[str, Interest],
    now: datetime,
) -> None:
    """Makes a profile what the row says; a coordinator's file needs no further approval."""
    ambassador.user.name = row.name
    ambassador.pending_since = None
    roster.move_zone(session, ambassador, row.zone, now)
    if row.weekly_cap is not None:
        ambassador.weekly_cap = row.weekly_cap
    if row.bio is not None:
        ambassador.bio = row.bio
    if row.languages is not None:
        ambassador.languages = list(row.languages)
    if row.weekly is not None:
        ambassador.weekly_hours = [hours_row(span) for span in row.weekly]
    apply_interests(ambassador, row, items)
    apply_meeting_url(session, ambassador, row, now)


def hours_row(span: WeeklySpan) -> WeeklyHours:
    """A span of weekly hours as its row."""
    return WeeklyHours(weekday=span.weekday, start_minute=span.start, end_minute=span.end)


def apply_interests(ambassador: Ambassador, row: AmbassadorRow, items: dict[str, Interest]) -> None:
    """What the row's families say; other families and retired interests stay as chosen."""
    kept = [
        one
        for one in ambassador.interests
        if one.retired_at is not None or one.family.key not in row.families
    ]
    ambassador.interests = [*kept, *(items[key] for key in sorted(row.interests))]


def apply_meeting_url(
    session: Session, ambassador: Ambassador, row: AmbassadorRow, now: datetime
) -> None:
    """A new link reaches everybody with a chat to come."""
    if row.meeting_url is None or row.meeting_url == ambassador.meeting_url:
        return
    ambassador.meeting_url = row.meeting_url
    session.flush()
    booking.change_place(session, ambassador.id, ambassador.place, COORDINATOR, now)


def export_ambassadors(session: Session) -> str:
    """Everyone with a profile as CSV that `import_ambassadors` reads, in the order of names."""
    families = [family.key for family in vocabulary(session).families]
    load = (selectinload(Ambassador.interests), selectinload(Ambassador.weekly_hours))
    people = session.scalars(
        select(Ambassador).join(Ambassador.user).order_by(User.name, Ambassador.id).options(*load)
    )
    rows = (export_row(one, families) for one in people)
    return write_table((*AMBASSADOR_COLUMNS, *families), rows)


def export_row(ambassador: Ambassador, families: Sequence[str]) -> list[str]:
    """One ambassador's cells."""
    weekly = [
        WeeklySpan(span.weekday, span.start_minute, span.end_minute)
        for span in ambassador.weekly_hours
    ]
    chosen: dict[str, list[str]] = {key: [] for key in families}
    for one in sorted(ambassador.interests, key=lambda one: one.position):
        if one.retired_at is None and one.family.key in chosen:
            chosen[one.family.key].append(one.key)
    return [
        ambassador.user.name,
        ambassador.user.email,
        ambassador.time_zone,
        format_weekly(weekly),
        str(ambassador.weekly_cap),
        ambassador.bio,
        "; ".join(ambassador.languages),
        ambassador.meeting_url,
        *("; ".join(chosen[key]) for key in families),
    ]


def import_prospects(
    session: Session, data: bytes, now: datetime, *, dry_run: bool = False
) -> Imported:
    """Puts everyone in the file on the waiting list; raises BadRows when any row is bad.

    Who waits already waits for what the file says now. Nobody gets mail: they did not ask today.
    """
    people, problems = read_prospects(data, vocabulary(session))
    if problems:
        raise BadRows(problems)
    rows = [] if dry_run else [wait(session, person, now) for person in people]
    return Imported(len(people) if dry_run else sum(rows), len(people) - sum(rows) if rows else 0)


def wait(session: Session, person: ProspectRow, now: datetime) -> bool:
    """Puts one person on the waiting list; whether they are new there."""
    request = waiting.ask(
        session,
        waiting.Ask(
            name=person.name,
            email=person.email,
            zone=person.zone,
            interests=tuple(person.interests),
            languages=person.languages,
            question=person.question,
            waking=person.waking,
        ),
        now,
        mail=False,
    )
    return request.created_at == now
