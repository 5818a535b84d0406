"""Booked chats at times for which a calendar says busy: shown, and mailed once. Never moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ambassadors.core.chats import Status
from ambassadors.core.notices import Due, Kind, ambassador
from ambassadors.core.spans import Span, ceil_minute_of, minute_of, moment_of
from ambassadors.models import CalendarSource, Chat, Notice
from ambassadors.services.busy import busy_during
from ambassadors.services.notices import queue
from ambassadors.services.offerings import OFFERINGS
from ambassadors.services.oversight.chats import joined_chats
from ambassadors.services.writing import write


@dataclass(frozen=True)
class Clash:
    """A chat, and the first span (UTC) in which its ambassador's calendar is busy meanwhile."""

    chat: Chat
    start: datetime
    end: datetime


def clashes(session: Session, now: datetime) -> list[Clash]:
    """Everybody's booked chats to come that clash, the next one first: two queries."""
    has_calendar = exists().where(
        CalendarSource.ambassador_id == Chat.ambassador_id, CalendarSource.paused.is_(False)
    )
    rows = joined_chats().where(
        Chat.status == Status.CONFIRMED.value, Chat.starts_at > now, has_calendar
    )
    chats = session.scalars(rows.order_by(Chat.starts_at, Chat.id)).all()
    found = clashing(session, chats, now) if chats else {}
    return [found[chat.uid] for chat in chats if chat.uid in found]


def clashing(session: Session, chats: Iterable[Chat], now: datetime) -> dict[str, Clash]:
    """Those of the chats that are booked, to come, and clash, by UID: one query."""
    offered = OFFERINGS.read(session)
    found = {}
    for chat in chats:
        if chat.status != Status.CONFIRMED or chat.starts_at <= now:
            continue
        span = clash_of(chat, offered[chat.ambassador_id].busy)
        if span is not None:
            found[chat.uid] = Clash(chat, moment_of(span.start), moment_of(span.end))
    return found


def clash_of(chat: Chat, busy: tuple[Span, ...]) -> Span | None:
    """When the calendar is busy during a chat itself; breaks may well be used for something."""
    return busy_during(busy, minute_of(chat.starts_at), ceil_minute_of(chat.ends_at))


def tell_clashes(session: Session, now: datetime) -> int:
    """Queues a mail to the ambassador for each clash they were not told of; how many.

    Once for every time that a chat has: a span that goes and comes back is no news.
    """
    new = [one.chat.id for one in clashes(session, now) if not told(session, one.chat)]
    session.rollback()
    return write(session, lambda s: sum(tell(s, one, now) for one in new)) if new else 0


def told(session: Session, chat: Chat) -> bool:
    """Whether a mail about a clash at this chat's time was queued, to this ambassador."""
    notices = session.scalars(
        select(Notice).where(
            Notice.chat_id == chat.id,
            Notice.kind == Kind.CALENDAR_CLASH.value,
            Notice.recipient == ambassador(chat.ambassador_id),
        )
    )
    return any(
        notice.details.get("starts_at") == chat.starts_at.isoformat()
        and (notice.state != "void" or notice.version == chat.version)
        for notice in notices
    )


def tell(session: Session, chat_id: int, now: datetime) -> int:
    """Queues the mail, unless the chat was changed or another scheduler was quicker; 1 if so."""
    chat = session.scalar(
        select(Chat)
        .where(Chat.id == chat_id)
        .with_for_update(of=Chat)
        .execution_options(populate_existing=True)
    )
    if chat is None or told(session, chat) or chat.uid not in clashing(session, [chat], now):
        return 0
    due = Due(Kind.CALENDAR_CLASH, ambassador(chat.ambassador_id), now, chat.starts_at)
    details = {"starts_at": chat.starts_at.isoformat()}
    queue(session, chat.uid, chat.version, [due], now, chat_id=chat.id, details=details)
    return 1
