"""Counting in the database: chats, requests and first chats, by any key.

A chat counts where it starts, a request where it was made. What was held and never confirmed is
no chat.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import FromClause, Select, and_, case, func, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.extensions import UtcDateTime
from ambassadors.models import Chat, ChatChange, Feedback, WaitingRequest
from ambassadors.models.chats import MOVED

BOOKED = tuple(
    one.value for one in (Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW)
)
ENDINGS = {Status.COMPLETED.value: "held", Status.NO_SHOW.value: "no_shows"}
Span = tuple[datetime, datetime]
Counts = dict[str, Counter[str]]


@dataclass(frozen=True)
class Grouping:
    """How rows of a table become groups: a key, the table joined with what the key needs, and to
    which group a key belongs.
    """

    key: Any
    source: FromClause
    group_of: Callable[[Any], str] = str


@dataclass(frozen=True)
class Waited:
    """A prospect's first chat that took place: when they first asked, and what its group is told
    by: a column of the chat.
    """

    asked: datetime
    starts_at: datetime
    group: Any

    @property
    def time(self) -> timedelta:
        """How long they waited."""
        return self.starts_at - self.asked


def by_column(table: Any, column: Any, group_of: Callable[[Any], str] = str) -> Grouping:
    """Groups of rows alike in one column, or in what is made of it."""
    return Grouping(column, table.__table__, group_of)


def by_interest(session: Session, table: Any, family: str) -> Grouping:
    """Groups by each interest of a family: a row with two of them is in both groups."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    unpack = func.json_each if on_sqlite else func.json_array_elements_text
    each = unpack(table.interests).table_valued("value", joins_implicitly=True)
    chosen = each.c.value.startswith(f"{family}/", autoescape=True)
    return Grouping(each.c.value, table.__table__.join(each, chosen))


def count_chats(session: Session, by: Grouping, span: Span) -> Counts:
    """By group: booked, held, no-shows, moved, stars, rated. Three queries: what was moved or
    rated is looked up from its own, shorter table.
    """
    found: Counts = {}
    booked = and_(Chat.status.in_(BOOKED), Chat.starts_at >= span[0], Chat.starts_at < span[1])
    rows = select(Chat.status, by.key, func.count()).select_from(by.source).where(booked)
    for status, key, count in session.execute(rows.group_by(Chat.status, by.key)):
        values = {"booked": count} | ({ENDINGS[status]: count} if status in ENDINGS else {})
        add(found, by.group_of(key), values)
    count_beside(session, by, span, found)
    return found


def count_beside(session: Session, by: Grouping, span: Span, found: Counts) -> None:
    """Adds what was moved and rated."""
    # Said so that SQLite begins with the shorter table, not with an index of all chats.
    start, status = func.coalesce(Chat.starts_at, Chat.ends_at), func.coalesce(Chat.status, "")
    booked = and_(status.in_(BOOKED), start >= span[0], start < span[1])
    moved = by.source.join(ChatChange.__table__, ChatChange.chat_id == Chat.id)
    rows = select(by.key, func.count()).select_from(moved).where(MOVED, booked)
    for key, count in session.execute(rows.group_by(by.key)):
        add(found, by.group_of(key), {"moved": count})
    rated = by.source.join(Feedback.__table__, Feedback.chat_id == Chat.id)
    stars = func.sum(Feedback.rating), func.count(Feedback.rating)
    answers = select(by.key, *stars).select_from(rated).where(booked)
    for key, sum_of_stars, count in session.execute(answers.group_by(by.key)):
        add(found, by.group_of(key), {"stars": sum_of_stars or 0, "rated": count})


def count_requests(session: Session, by: Grouping, span: Span) -> Counts:
    """By group: requests, and those that were matched."""
    found: Counts = {}
    made = WaitingRequest.created_at
    rows: Select[Any] = (
        select(WaitingRequest.state, by.key, func.count())
        .select_from(by.source)
        .where(made >= span[0], made < span[1])
        .group_by(WaitingRequest.state, by.key)
    )
    for state, key, count in session.execute(rows):
        matched = count if state == "matched" else 0
        add(found, by.group_of(key), {"requests": count, "matched": matched})
    return found


def add(found: Counts, group: str, values: Mapping[str, int]) -> None:
    """Adds to the figures of one group."""
    counts = found.setdefault(group, Counter())
    for name, count in values.items():
        counts[name] += count


def read_waits(session: Session, span: Span, column: Any) -> list[Waited]:
    """The first chats that took place, of those prospects whose first lies in the span; of each
    chat, the `column` that its group is told by.
    """
    held = case((Chat.status == Status.COMPLETED.value, Chat.starts_at))
    tried = (
        select(
            Chat.prospect_id,
            func.min(Chat.created_at).label("asked"),
            func.min(held, type_=UtcDateTime()).label("first"),
        )
        .group_by(Chat.prospect_id)
        .subquery()
    )
    asked = (
        select(WaitingRequest.prospect_id, func.min(WaitingRequest.created_at).label("asked"))
        .group_by(WaitingRequest.prospect_id)
        .subquery()
    )
    rows = session.execute(
        select(tried.c.asked, asked.c.asked, tried.c.first, column)
        .select_from(tried)
        .join(Chat, and_(Chat.prospect_id == tried.c.prospect_id, Chat.starts_at == tried.c.first))
        .outerjoin(asked, asked.c.prospect_id == tried.c.prospect_id)
        .where(
            Chat.status == Status.COMPLETED.value,
            tried.c.first >= span[0],
            tried.c.first < span[1],
        )
    )
    return [Waited(min(row[0], row[1] or row[0]), row[2], row[3]) for row in rows]


KeyOf = Callable[[Waited], Sequence[str]]
