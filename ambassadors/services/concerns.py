"""Something inappropriate, reported by one side of a chat; a coordinator looks and closes it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager, joinedload

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain
from ambassadors.models import Ambassador, Chat, Concern
from ambassadors.services.chat_notes import refuse_erased
from ambassadors.services.paging import Page, page_of
from ambassadors.services.throttles import count_or_refuse

LONGEST = 2000
STATES = ("open", "closed")
_TABLE: Any = Concern.__table__
_ADD = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(),
}


def report(session: Session, chat: Chat, side: str, text: str, now: datetime) -> None:
    """Takes a report of the prospect or the ambassador; the same words again change nothing.

    Refused (422) when it is empty or too long, (429) the sixth time within an hour.
    """
    words = check(text)
    refuse_erased(chat)
    count_or_refuse(
        session, f"concern-{side}", chat.uid, now, limit=5, per=timedelta(hours=1),
        why=said("Five reports came within the hour. Please write to the programme’s office."),
    )  # fmt: skip
    values = {
        "chat_id": chat.id,
        "side": side,
        "text": words,
        "fingerprint": hashlib.sha256(words.encode()).hexdigest(),
        "at": now,
        "state": "open",
        "note": "",
    }
    session.execute(_ADD[session.get_bind().dialect.name], values)


def check(text: str) -> str:
    """The words of a report."""
    if len(text) > LONGEST:
        raise Refused(
            said("The report is longer than {longest} characters.", longest=LONGEST),
            field="concern",
        )
    words = plain(text)
    if not words:
        raise Refused(said("Please say what happened."), field="concern")
    return words


def joined() -> Select[Concern]:
    """Reports with their chats, in one query."""
    return (
        select(Concern)
        .join(Concern.chat)
        .join(Chat.ambassador)
        .join(Ambassador.user)
        .join(Chat.prospect)
        .options(
            contains_eager(Concern.chat).options(
                contains_eager(Chat.ambassador).contains_eager(Ambassador.user),
                contains_eager(Chat.prospect),
            ),
            joinedload(Concern.closed_by),
        )
    )


def open_reports(session: Session) -> Sequence[Concern]:
    """What nobody has looked into yet, the oldest first: the top of Today."""
    rows = joined().where(Concern.state == "open").order_by(Concern.at, Concern.id)
    return session.scalars(rows).unique().all()


def count_open(session: Session) -> int:
    """How many those are."""
    waiting = select(func.count()).select_from(Concern).where(Concern.state == "open")
    return session.scalar(waiting) or 0


def find_closed(session: Session, number: int) -> Page[Concern]:
    """What was looked into, the latest first."""
    rows = joined().where(Concern.state == "closed")
    return page_of(session, rows.order_by(Concern.closed_at.desc(), Concern.id.desc()), number)


def of_chat(session: Session, chat: Chat) -> Sequence[Concern]:
    """The reports about one chat."""
    rows = joined().where(Concern.chat_id == chat.id).order_by(Concern.at, Concern.id)
    return session.scalars(rows).unique().all()


def close(session: Session, concern_id: int, note: str, user_id: int, now: datetime) -> Concern:
    """A coordinator has looked into it; `note` says what was done. Refused (404, 422)."""
    row = session.get(Concern, concern_id)
    if row is None:
        raise Refused(said("There is no such report."), status=404)
    if len(note) > LONGEST:
        raise Refused(
            said("The note is longer than {longest} characters.", longest=LONGEST), field="note"
        )
    if row.state == "open":
        row.state, row.note = "closed", plain(note)
        row.closed_at, row.closed_by_id = now, user_id
        session.flush()
    return row
