"""The one door through which every change of a chat goes: conditional, counted, written down."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor, Status
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, ChatChange
from ambassadors.models.bare import bare
from ambassadors.models.chats import IS_HELD
from ambassadors.services.integrations import events
from ambassadors.services.notices import queue_for_chat

PROSPECT, SERVICE = Actor("prospect"), Actor("service")

# Inside the write lock every statement counts: these are put together once.
_ADD_CHANGE = ChatChange.__table__.insert()  # type: ignore[attr-defined]  # a Table
_OVERDUE = (
    select(Chat.id)
    .where(IS_HELD, Chat.hold_expires_at <= bindparam("now"))
    .order_by(Chat.id)
    .limit(bindparam("limit"))
)
_OVERDUE_THERE = _OVERDUE.where(
    or_(
        Chat.ambassador_id == bindparam("ambassador_id"),
        Chat.prospect_id == bindparam("prospect_id"),
    )
)
_LOCKED = (
    select(Chat)
    .where(
        Chat.id.in_(bindparam("ids", expanding=True)),
        Chat.status == Status.HELD.value,
        Chat.hold_expires_at <= bindparam("now"),
    )
    .order_by(Chat.id)
    .with_for_update(skip_locked=True, of=Chat)
)

GONE = said("There is no such chat.")
CHANGED = said("This chat was changed by somebody else just now. Please look at it again.")


def find_chat(session: Session, uid: str) -> Chat:
    """The chat as the database has it now; refused (404) when there is none."""
    if not uid.isprintable():  # nor would PostgreSQL take it
        raise Refused(GONE, status=404)
    chat = session.scalar(
        select(Chat).where(Chat.uid == uid).execution_options(populate_existing=True)
    )
    if chat is None:
        raise Refused(GONE, status=404)
    return chat


def change(
    session: Session,
    chat: Chat,
    actor: Actor,
    action: str,
    now: datetime,
    reason: str = "",
    also: Mapping[str, Any] | None = None,
    **values: Any,
) -> Chat:
    """Changes a chat if it still is at the version we looked at, and adds its history row, which
    says what is new and `also` what is no column of the chat.

    Raises Refused (409) when somebody was quicker, and lets the database's own refusal
    (IntegrityError, for a place that is taken) go up.
    """
    before = {name: written(getattr(chat, name)) for name in values}
    version = chat.version
    claimed = session.execute(
        update(Chat)
        .where(Chat.id == chat.id, Chat.version == version, Chat.status == chat.status)
        .values(version=version + 1, changed_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(CHANGED, status=409)
    session.refresh(chat)
    after = {name: written(value) for name, value in {**(also or {}), **values}.items()}
    write_history(session, chat, actor, action, now, reason, before, after)
    return chat


def write_history(
    session: Session,
    chat: Chat,
    actor: Actor,
    action: str,
    now: datetime,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Adds the row that says who did what to a chat, when and why."""
    values = {
        "chat_id": chat.id,
        "version": chat.version,
        "at": now,
        "action": action,
        "actor": actor.kind,
        "user_id": actor.user_id,
        "before": before or {},
        "after": after or {},
        "reason": reason,
    }
    bare(session).execute(_ADD_CHANGE, values)
    events.queue(session, chat, action, now)


def expire(session: Session, chat: Chat, now: datetime) -> None:
    """Gives the time of an overdue hold back: a constraint cannot read the clock."""
    change(session, chat, SERVICE, "expired", now, status=Status.EXPIRED.value, held_from=None)
    queue_for_chat(session, chat, [], now)


def any_overdue(session: Session, now: datetime) -> bool:
    """Whether a hold is over that still takes its place."""
    overdue = (Chat.status == Status.HELD.value) & (Chat.hold_expires_at <= now)
    return bool(session.scalar(select(exists().where(overdue))))


def expire_holds(
    session: Session, now: datetime, *, ambassador_id: int | None = None,
    prospect_id: int | None = None, limit: int = 200,
) -> int:  # fmt: skip
    """Expires overdue holds, of everybody or only those in the way of one booking; how many."""
    everybody = ambassador_id is None and prospect_id is None
    values = {"now": now, "limit": limit}
    if not everybody:
        values |= {"ambassador_id": ambassador_id, "prospect_id": prospect_id}
    overdue = _OVERDUE if everybody else _OVERDUE_THERE
    ids = bare(session).scalars(overdue, values).all()
    chats = session.scalars(_LOCKED, {"ids": ids, "now": now}).all() if ids else []
    for chat in chats:
        expire(session, chat, now)
    return len(chats)


def written(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value.isoformat() if isinstance(value, datetime | date) else value
