"""An ambassador who cannot come: somebody else has to."""

from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.models import Chat
from ambassadors.services.replies.outcomes import Outcome


def drop_out(session: Session, chat: Chat, now: datetime) -> Outcome:
    """What follows from an ambassador's decline: the chat waits for a coordinator's hand."""
    return Outcome(
        "held", f"{chat.ambassador.name} declined. Please find somebody else for the chat."
    )
