"""How long people are kept: what a change of it does."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ambassadors.core.erasing import months_before
from ambassadors.core.said import said
from ambassadors.core.settings.keeping import tell_keeping
from ambassadors.core.wording import count_text
from ambassadors.models import Chat, Prospect
from ambassadors.services.settings.foresight import Foresight, Value


def tell(before: Value, after: Value) -> tuple[str, ...]:
    """What is different."""
    return tuple(tell_keeping(before, after))


def foresee(session: Session, before: Value, after: Value, now: datetime) -> Foresight:
    """How many prospects it erases soon."""
    limit = months_before(now, after["months"])
    over = (
        select(func.count())
        .select_from(Prospect)
        .where(
            Prospect.erased_at.is_(None),
            Prospect.created_at < limit,
            ~exists().where(Chat.prospect_id == Prospect.id, Chat.ends_at >= limit),
        )
    )
    count = count_text(session.scalar(over) or 0, "prospect")
    follows = (
        said(
            "Within the next hours, what is held of {count} is erased. That cannot be undone.",
            count=count,
        ),
        said("Their chats stay as anonymous rows, so that figures stay right."),
    )
    return Foresight(tell(before, after), follows)


def carry_out(session: Session, before: Value, after: Value, now: datetime) -> dict[str, Any]:
    """Nothing else changes now: the scheduler erases whose time is over."""
    return {}
