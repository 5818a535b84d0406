"""Prospects who want the admissions office to write to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from ambassadors.core.csvs import write_table
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Ambassador, Chat, Feedback, FollowUp
from ambassadors.services.paging import Page, page_of

STATES = ("open", "done")
HEAD = ("asked_at", "name", "email", "time_zone", "ambassador", "chat_at", "still_open", "state")


def ask_for(session: Session, chat: Chat, wanted: bool, now: datetime) -> FollowUp | None:
    """Notes that a prospect wants to be written to, or that they do not any more."""
    row = find_for(session, chat)
    if row is None:
        if wanted:
            row = FollowUp(chat_id=chat.id, state="open", created_at=now)
            session.add(row)
    elif wanted and row.state == "done":
        row.state, row.created_at, row.done_at, row.done_by_id = "open", now, None, None
    elif not wanted and row.state == "open":
        row.state, row.done_at = "done", now
    session.flush()
    return row


def find_for(session: Session, chat: Chat) -> FollowUp | None:
    """What a prospect asked for after a chat."""
    return session.scalar(select(FollowUp).where(FollowUp.chat_id == chat.id))


def count_open(session: Session) -> int:
    """How many wait to be written to: for Today."""
    waiting = select(func.count()).select_from(FollowUp).where(FollowUp.state == "open")
    return session.scalar(waiting) or 0


def find_follow_ups(session: Session, state: str, number: int) -> Page[tuple[FollowUp, str]]:
    """Those that wait, the longest first, or those that are done, the latest first; each with
    what the prospect said is still open.
    """
    page = page_of(session, in_order(state), number)
    return page.made_of(with_words(session, page.items))


def in_order(state: str) -> Select[FollowUp]:
    """The rows of a state, with their chats."""
    rows = (
        select(FollowUp)
        .join(FollowUp.chat)
        .join(Chat.ambassador)
        .join(Ambassador.user)
        .join(Chat.prospect)
        .options(
            contains_eager(FollowUp.chat).options(
                contains_eager(Chat.ambassador).contains_eager(Ambassador.user),
                contains_eager(Chat.prospect),
            )
        )
        .where(FollowUp.state == state)
    )
    if state == "open":
        return rows.order_by(FollowUp.created_at, FollowUp.id)
    return rows.order_by(FollowUp.done_at.desc(), FollowUp.id.desc())


def with_words(session: Session, rows: Sequence[FollowUp]) -> list[tuple[FollowUp, str]]:
    """Each with what is still open, in one query."""
    ids = [row.chat_id for row in rows]
    said = session.execute(
        select(Feedback.chat_id, Feedback.still_open).where(Feedback.chat_id.in_(ids))
    )
    words = {row.chat_id: row.still_open for row in said}
    return [(row, words.get(row.chat_id, "")) for row in rows]


def write_csv(session: Session, state: str) -> str:
    """All of a state as a table; moments in UTC."""
    rows = with_words(session, session.scalars(in_order(state)).unique().all())
    return write_table(HEAD, (line_of(row, words) for row, words in rows))


def line_of(row: FollowUp, words: str) -> tuple[str, ...]:
    """One of them."""
    chat = row.chat
    return (
        row.created_at.isoformat(timespec="minutes"), chat.prospect_name, chat.prospect.email,
        chat.prospect_zone, chat.ambassador.name, chat.starts_at.isoformat(timespec="minutes"),
        words, row.state,
    )  # fmt: skip


def finish(session: Session, follow_up_id: int, user_id: int, now: datetime) -> FollowUp:
    """Somebody has written to them; refused (404) when there is no such request."""
    row = session.get(FollowUp, follow_up_id)
    if row is None:
        raise Refused(said("There is no such request."), status=404)
    if row.state == "open":
        row.state, row.done_at, row.done_by_id = "done", now, user_id
        session.flush()
    return row
