"""An exception for one chat: a coordinator lets it through in spite of the weekly guard."""

from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.chats import Actor
from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat
from ambassadors.services.booking.door import change
from ambassadors.services.booking.reasons import read_reason

LET_THROUGH = "let-through"  # in a chat's history, just before the change that it allows


def read_exception(reason: str, actor: Actor) -> str:
    """Why a chat is let through, without control characters.

    Refused: 403 when it is no coordinator who asks, 422 without a reason or with one of more than
    1,000 characters.
    """
    if actor.kind != "coordinator":
        raise Refused(
            said("Only a coordinator can make an exception from the weekly limit of hours."),
            status=403,
        )
    reason = read_reason(reason, "despite").strip()
    if not reason:
        raise Refused(said("Say why this chat goes ahead all the same."), field="despite")
    return reason


def let_through(
    session: Session, chat: Chat, ambassador_id: int, actor: Actor, now: datetime, reason: str
) -> None:
    """Writes down that a chat may go beyond the weekly limit of an ambassador, who says so and
    why. Its minutes count all the same.
    """
    change(session, chat, actor, LET_THROUGH, now, reason, also={"ambassador_id": ambassador_id})
