"""Needs of booked chats: whose ambassador dropped out, answers by mail that a person must read."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ambassadors.core.chats import LIVE, Status
from ambassadors.core.moments import spoken
from ambassadors.core.said import Stored, said, said_n, shown
from ambassadors.models import Ambassador, Chat, ChatChange, HandOff, User, WaitingRequest
from ambassadors.services.oversight.people_figures import DROPPED
from ambassadors.services.replies import find_inbox
from ambassadors.services.today.needs import SHORT, Line, Need

MADE_GOOD_FOR = timedelta(days=3)  # after which it is too late to make good
SOON = timedelta(hours=24)

Lost = Row[Any]  # UID, prospect, start, since, ambassador


def dropped(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Chats that were cancelled because their ambassador cannot come and nobody else could, whose
    prospect has neither another one nor asked for one: two queries.
    """
    since = now - MADE_GOOD_FOR
    lone = without_another(now)
    left = lost(ChatChange, ChatChange.at, Chat.ambassador_id).where(
        DROPPED, ChatChange.at > since, *lone
    )
    ended = lost(HandOff, HandOff.ended_at, HandOff.ambassador_id).where(
        HandOff.status == "nobody", HandOff.ended_at > since, *lone
    )
    found = {row.uid: row for rows in (left, ended) for row in session.execute(rows)}
    rows = sorted(found.values(), key=lambda row: (row.starts_at, row.uid))
    if rows:
        yield Need(
            "dropped",
            "hand",
            said_n(
                "{count} chat fell through: the ambassador cannot come",
                "{count} chats fell through: the ambassador cannot come",
                len(rows),
            ),
            len(rows),
            tuple(line_of(row, zone) for row in rows[:SHORT]),
            min(row.since for row in rows),
        )


def lost(
    event: type[ChatChange] | type[HandOff],
    since: InstrumentedAttribute[Any],
    ambassador_id: InstrumentedAttribute[int],
) -> Select[Any]:
    """Chats with what happened to them, who had them then, and since when something is amiss."""
    return (
        select(Chat.uid, Chat.prospect_name, Chat.starts_at, since.label("since"), User.name)
        .select_from(Chat)
        .join(event, event.chat_id == Chat.id)
        .join(Ambassador, Ambassador.id == ambassador_id)
        .join(User, User.id == Ambassador.user_id)
    )


def without_another(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Prospects who neither have a chat to come nor a request that was answered or waits."""
    other = aliased(Chat)
    booked = exists().where(
        other.prospect_id == Chat.prospect_id,
        other.ends_at > now,
        other.status.in_([status.value for status in LIVE]),
    )
    asked = exists().where(
        WaitingRequest.prospect_id == Chat.prospect_id,
        WaitingRequest.state != "closed",
        WaitingRequest.changed_at > now - MADE_GOOD_FOR,
    )
    # Not by an index on states: SQLite would go through all cancelled chats of years.
    return (Chat.status + "") == Status.CANCELLED.value, ~booked, ~asked


def line_of(row: Lost, zone: str) -> Line:
    """A chat by its prospect, who has nobody."""
    return Line(
        row.prospect_name,
        f"/coordinator/chats/{row.uid}",
        said(
            "with {name}, {time}; has nobody else yet",
            name=row.name,
            time=shown(spoken, row.starts_at, zone),
        ),
        row.since,
    )


def searching(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Chats for which the service is asking others; a coordinator sees to those that are near."""
    rows = session.execute(
        lost(HandOff, HandOff.started_at, HandOff.ambassador_id)
        .where(HandOff.status == "asking")
        .order_by(Chat.starts_at, Chat.id)
    ).all()
    if rows:
        near = rows[0].starts_at < now + SOON
        yield Need(
            "searching",
            "hand" if near else "watch",
            said_n(
                "{count} chat needs another ambassador",
                "{count} chats need another ambassador",
                len(rows),
            ),
            len(rows),
            tuple(
                Line(
                    row.prospect_name,
                    f"/coordinator/chats/{row.uid}",
                    said(
                        "{time}; {name} cannot come",
                        time=shown(spoken, row.starts_at, zone),
                        name=row.name,
                    ),
                    row.since,
                )
                for row in rows[:SHORT]
            ),
            min(row.since for row in rows),
            text=said("The best match who is free is being asked, one after another."),
        )


def held(session: Session, now: datetime, zone: str) -> Iterator[Need]:
    """Calendar replies and other mails that nothing could be made of."""
    found = find_inbox(session)
    if found.total:
        yield Need(
            "inbox",
            "hand",
            said_n(
                "{count} calendar answer waits to be read",
                "{count} calendar answers wait to be read",
                found.total,
            ),
            found.total,
            tuple(
                Line(
                    row.subject or row.sender or said("A mail without a subject"),
                    "/coordinator/inbox",
                    Stored(row.sentence),
                    row.arrived_at,
                )
                for row in found.items[:SHORT]
            ),
            min(row.arrived_at for row in found.items),
            "/coordinator/inbox",
            said("Decide"),
        )
