"""Counting in the database: chats, requests and first chats, by any key.

A chat counts where it starts, a request where it was made. What was held and never confirmed is
no chat.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, select
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
Counts = defaultdict[str, Counter[str]]


@dataclass(frozen=True)
class Grouping:
    """How rows of a table become groups: a key, the table joined with what the key needs, and to
    which group a key belongs.
    """

    key: Any
    source: FromClause
    group_of: Callable[[Any], str] = str


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
    found: Counts = defaultdict(Counter)
    booked = and_(Chat.status.in_(BOOKED), Chat.starts_at >= span[0], Chat.starts_at < span[1])
    rows = select(Chat.status, by.key, func.count()).select_from(by.source).where(booked)
    for status, key, count in session.execute(rows.group_by(Chat.status, by.key)):
        counts = found[by.group_of(key)]
        counts["booked"] += count
        if status in ENDINGS:
            counts[ENDINGS[status]] += count
    count_moved(session, by, span, found)
    count_rated(session, by, booked, found)
    return found


def count_moved(session: Session, by: Grouping, span: Span, found: Counts) -> None:
    """Adds how many were moved."""
    # Said so that SQLite begins with the shorter table, not with an index of all chats.
    start, status = func.coalesce(Chat.starts_at, Chat.ends_at), func.coalesce(Chat.status, "")
    booked = and_(status.in_(BOOKED), start >= span[0], start < span[1])
    moved = by.source.join(ChatChange.__table__, ChatChange.chat_id == Chat.id)
    rows = select(by.key, func.count()).select_from(moved).where(MOVED, booked)
    for key, count in session.execute(rows.group_by(by.key)):
        found[by.group_of(key)]["moved"] += count


def count_rated(session: Session, by: Grouping, booked: ColumnElement[bool], found: Counts) -> None:
    """Adds the stars, and how many gave some."""
    rated = by.source.join(Feedback.__table__, Feedback.chat_id == Chat.id)
    stars = func.sum(Feedback.rating), func.count(Feedback.rating)
    rows = select(by.key, *stars).select_from(rated).where(booked)
    for key, sum_of_stars, count in session.execute(rows.group_by(by.key)):
        counts = found[by.group_of(key)]
        counts["stars"] += sum_of_stars or 0
        counts["rated"] += count


def count_requests(session: Session, by: Grouping, span: Span) -> Counts:
    """By group: requests, and those that were matched."""
    found: Counts = defaultdict(Counter)
    made = WaitingRequest.created_at
    rows: Select[Any] = (
        select(WaitingRequest.state, by.key, func.count())
        .select_from(by.source)
        .where(made >= span[0], made < span[1])
        .group_by(WaitingRequest.state, by.key)
    )
    for state, key, count in session.execute(rows):
        counts = found[by.group_of(key)]
        counts["requests"] += count
        counts["matched"] += count if state == "matched" else 0
    return found


def read_waits(session: Session, by: Grouping, span: Span) -> list[tuple[str, timedelta]]:
    """How long those prospects waited whose first chat that took place lies in the span: from
    when they first asked to that chat, each with a group that the chat belongs to.
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
    earlier = case((asked.c.asked < tried.c.asked, asked.c.asked), else_=tried.c.asked)
    firsts = by.source.join(
        tried, and_(Chat.prospect_id == tried.c.prospect_id, Chat.starts_at == tried.c.first)
    ).outerjoin(asked, asked.c.prospect_id == tried.c.prospect_id)
    rows = session.execute(
        select(by.key, earlier, tried.c.first)
        .select_from(firsts)
        .where(
            Chat.status == Status.COMPLETED.value,
            tried.c.first >= span[0],
            tried.c.first < span[1],
        )
    )
    return [(by.group_of(key), first - begun) for key, begun, first in rows]
