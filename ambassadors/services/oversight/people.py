"""The roster as a list: status, load, interests, with filters, search and paging."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager

from ambassadors.core.chats import COUNTED, Status
from ambassadors.core.hours import week_of
from ambassadors.core.spans import minute_of
from ambassadors.models import (
    Ambassador,
    Chat,
    Family,
    Interest,
    User,
    WeeklyHours,
    ambassador_interests,
)
from ambassadors.services.paging import Page, contains, page_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class PersonFilter:
    """Which ambassadors: what is empty does not narrow. Search looks at names and addresses."""

    status: str = ""
    interest: str = ""
    search: str = ""


@dataclass(frozen=True)
class Someone:
    """An ambassador in the list. Counts are of chats: this week's against the cap, all to come,
    all that took place; `interests` and `hours` say whether matching can find them at all.
    """

    ambassador: Ambassador
    this_week: int
    to_come: int
    completed: int
    interests: int
    hours: int


def find_ambassadors(
    session: Session, wanted: PersonFilter, now: datetime, number: int = 1
) -> Page[Someone]:
    """The ambassadors that a filter means, by name."""
    rows = (
        select(Ambassador)
        .join(Ambassador.user)
        .options(contains_eager(Ambassador.user))
        .order_by(User.name, Ambassador.id)
    )
    if wanted.status:
        rows = rows.where(Ambassador.status == wanted.status)
    if wanted.interest:
        rows = rows.where(Ambassador.id.in_(having(wanted.interest)))
    if wanted.search:
        rows = rows.where(contains(wanted.search, User.name, User.email))
    page = page_of(session, rows, number)
    return page.made_of(list(add_counts(session, page.items, now)))


def having(interest: str) -> Select[int]:
    """The ids of those who named an interest."""
    family, _, item = interest.partition("/")
    return (
        select(ambassador_interests.c.ambassador_id)
        .join(Interest, Interest.id == ambassador_interests.c.interest_id)
        .join(Family, Family.id == Interest.family_id)
        .where(Family.key == family, Interest.key == item)
    )


def add_counts(
    session: Session, ambassadors: Iterable[Ambassador], now: datetime
) -> Iterator[Someone]:
    """Counts for all rows of a page at once: four queries, however many rows."""
    people = list(ambassadors)
    ids = [one.id for one in people]
    weeks = count_weeks(session, ids, now)
    totals = count_chats(session, ids, now)
    interests = count_rows(session, ambassador_interests.c.ambassador_id, ids)
    hours = count_rows(session, WeeklyHours.ambassador_id, ids)
    for one in people:
        monday = week_of(one.time_zone, minute_of(now))
        to_come, completed = totals.get(one.id, (0, 0))
        yield Someone(
            ambassador=one,
            this_week=weeks.get((one.id, monday), 0),
            to_come=to_come,
            completed=completed,
            interests=interests.get(one.id, 0),
            hours=hours.get(one.id, 0),
        )


def count_weeks(session: Session, ids: list[int], now: datetime) -> dict[tuple[int, date], int]:
    """Chats that use up a cap, by ambassador and Monday, in the weeks around now."""
    around = (now - WEEK - DAY).date(), (now + DAY).date()
    rows = session.execute(
        select(Chat.ambassador_id, Chat.cap_week, func.count())
        .where(
            Chat.ambassador_id.in_(ids),
            Chat.cap_week.between(*around),
            Chat.status.in_([status.value for status in COUNTED]),
        )
        .group_by(Chat.ambassador_id, Chat.cap_week)
    )
    return {(id, monday): count for id, monday, count in rows}


def count_chats(session: Session, ids: list[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Confirmed chats to come and chats that took place, by ambassador."""
    to_come = (Chat.status == Status.CONFIRMED.value) & (Chat.ends_at > now)
    completed = Chat.status == Status.COMPLETED.value
    rows = session.execute(
        select(
            Chat.ambassador_id,
            func.sum(case((to_come, 1), else_=0)),
            func.sum(case((completed, 1), else_=0)),
        )
        .where(Chat.ambassador_id.in_(ids))
        .group_by(Chat.ambassador_id)
    )
    return {id: (int(ahead), int(done)) for id, ahead, done in rows}


def count_rows(
    session: Session, column: ColumnElement[int] | InstrumentedAttribute[int], ids: list[int]
) -> dict[int, int]:
    """How many rows of a table belong to each ambassador."""
    rows = session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}


def name_ambassadors(session: Session) -> list[tuple[int, str]]:
    """Everybody on the roster by name, for a list to choose from."""
    rows = session.execute(
        select(Ambassador.id, User.name)
        .join(User, User.id == Ambassador.user_id)
        .order_by(User.name, Ambassador.id)
    )
    return [(id, name) for id, name in rows]
