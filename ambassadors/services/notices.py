"""Notices as rows: queued in the transaction that makes them necessary, voided when overtaken."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ambassadors.core import notices as rules
from ambassadors.core.notices import Due, Kind
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, Notice
from ambassadors.models.bare import bare
from ambassadors.models.notices import IS_WAITING
from ambassadors.services.settings.current import current

# Inside the write lock every statement counts: these are put together once.
_ADD = Notice.__table__.insert()  # type: ignore[attr-defined]  # a Table
_VOID = (
    update(Notice)
    .where(
        Notice.chat_id == bindparam("chat"),
        IS_WAITING,
        Notice.version < bindparam("reached"),
        (Notice.kind != Kind.CANCELLATION.value)
        | Notice.recipient.in_(bindparam("parties", expanding=True)),
    )
    .values(state="void", answer=said("Overtaken by a later change."))
    .execution_options(synchronize_session=False)
)


def queue(
    session: Session, subject: str, version: int, dues: Iterable[Due], now: datetime, **links: Any
) -> None:
    """Adds notices about one subject; `links` are chat_id, user_id, request_id, details."""
    add(session, rows_of(subject, version, dues, now, **links))


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows of notices, whatever their subjects, in one statement."""
    if rows:
        bare(session).execute(_ADD, rows)


def rows_of(
    subject: str, version: int, dues: Iterable[Due], now: datetime, **links: Any
) -> list[dict[str, Any]]:
    """Notices about one subject as rows, not yet added."""
    return [
        {
            "subject": subject,
            "version": version,
            "kind": due.kind.value,
            "recipient": due.recipient,
            "due_at": due.due_at,
            "first_due_at": due.due_at,
            "not_after": due.not_after,
            "message_id": message_id(subject, version, due),
            "created_at": now,
            **links,
        }
        for due in dues
    ]


def queue_for_chat(session: Session, chat: Chat, dues: Iterable[Due], now: datetime) -> None:
    """Adds the notices of a chat's present version, and voids what that version overtakes."""
    void_overtaken(session, chat)
    queue(session, chat.uid, chat.version, dues, now, chat_id=chat.id)


def message_id(subject: str, version: int, due: Due) -> str:
    """The left part of a Message-ID: the same for the same notice on every attempt."""
    key = f"{subject}/{version}/{due.kind.value}/{due.recipient}"
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def times_of(session: Session, chat: Chat, version: int | None = None) -> rules.Times:
    """What decides the notices of a chat; `version`: the data version, where it is known."""
    chosen = current(session, version).reminders
    return rules.Times(chat.starts_at, chat.ends_at, chat.ambassador_id, chosen)


def parties_of(chat: Chat) -> tuple[str, str]:
    """Both people of a chat, as recipients."""
    return rules.Times(chat.starts_at, chat.ends_at, chat.ambassador_id).parties


def void_overtaken(session: Session, chat: Chat) -> None:
    """Waiting notices of earlier versions go, but for the end told to a replaced ambassador."""
    if chat.version > 1:
        parties = parties_of(chat)
        values = {"chat": chat.id, "reached": chat.version, "parties": parties}
        session.execute(_VOID, values)


def send_again(session: Session, notice_id: int, now: datetime) -> Notice:
    """Puts one notice back in the queue; the same Message-ID, the chat as it is then.

    Refused when it is waiting anyway, or when the chat has moved on and a later notice says so.
    """
    notice = session.scalar(select(Notice).where(Notice.id == notice_id).with_for_update())
    if notice is None:
        raise Refused(said("There is no such mail."), status=404)
    if notice.state == "waiting":
        raise Refused(said("This mail is waiting to be sent already."), status=409)
    if not is_still_due(notice):
        raise Refused(
            said("This mail no longer says how things stand; a later one replaced it."), status=409
        )
    notice.state, notice.due_at, notice.first_due_at = "waiting", now, now
    notice.attempts, notice.owner, notice.lease_until = 0, None, None
    session.flush()
    return notice


def is_still_due(notice: Notice) -> bool:
    """Whether what a notice would say is still so."""
    if notice.chat is None:
        return True
    chat = notice.chat
    if chat.prospect.erased_at or chat.ambassador.user.erased_at:
        return False
    standing = rules.Standing(chat.status, chat.version, parties_of(chat))
    return rules.still_due(Kind(notice.kind), notice.recipient, notice.version, standing)
