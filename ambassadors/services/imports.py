"""Ambassadors and waiting prospects from CSV files, and ambassadors into one.

All or nothing: with any bad row nothing is written. A row whose address is known updates that
ambassador; columns that the file does not have stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ambassadors.core.csvs import Problem, write_table
from ambassadors.core.hours import WeeklySpan, format_weekly
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, User
from ambassadors.services import bringing, waiting
from ambassadors.services.bringing_ready import Prepared, prepare
from ambassadors.services.programme import vocabulary
from ambassadors.services.rows import (
    AMBASSADOR_COLUMNS,
    AmbassadorRow,
    ProspectRow,
    read_ambassadors,
    read_prospects,
)
from ambassadors.services.writing import write

MOST_TURNS = 3  # at preparing, when somebody changes accounts or interests meanwhile


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
    ready = make_ready(session, data, now)
    if not dry_run:
        bringing.bring(session, ready, now, invite)
    return count(ready)


def bring_in_ambassadors(
    session: Session, data: bytes, now: datetime, *, dry_run: bool = False, invite: bool = False
) -> Imported:
    """The same as a whole, written in a short transaction of its own: the file is read and prepared
    before it, so that bookings need not wait for that.
    """
    for left in reversed(range(MOST_TURNS)):
        ready = make_ready(session, data, now)
        session.rollback()
        if dry_run:
            break
        try:
            write(session, partial(bringing.bring, ready=ready, now=now, invite=invite))
            break
        except bringing.ChangedMeanwhile:
            if not left:
                raise Refused(said("Accounts or interests change just now. Try again.")) from None
    return count(ready)


def make_ready(session: Session, data: bytes, now: datetime) -> Prepared:
    """A file as it will be written; raises BadRows when any row is bad."""
    return prepare(session, check_ambassadors(session, data), now)


def count(ready: Prepared) -> Imported:
    """How many a prepared file adds and updates."""
    return Imported(len(ready.new), len(ready.known))


def check_ambassadors(session: Session, data: bytes) -> list[AmbassadorRow]:
    """Everyone in the file; raises BadRows, which names each, when any row is bad."""
    people, problems = read_ambassadors(data, vocabulary(session))
    known = known_users(session, [one.email for one in people])
    problems += [not_an_ambassador(one) for one in people if has_other_account(known, one)]
    if problems:
        raise BadRows(sorted(problems, key=lambda problem: problem.line))
    return people


def known_users(session: Session, emails: Sequence[str]) -> dict[str, bool]:
    """The addresses of accounts there are, and whether each is an ambassador's."""
    there = bringing.find_there(session, emails)
    return {email: one.id != bringing.NOBODY for email, one in there.items()}


def has_other_account(known: dict[str, bool], row: AmbassadorRow) -> bool:
    """Whether the address is somebody's who is no ambassador."""
    return not known.get(row.email, True)


def not_an_ambassador(row: AmbassadorRow) -> Problem:
    """Said of a coordinator's address."""
    return Problem(row.line, "email", said("This address has an account that is no ambassador's."))


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
