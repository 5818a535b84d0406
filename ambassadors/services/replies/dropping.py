"""An ambassador who cannot come: somebody else has to, unless they can after all."""

from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core.said import said
from ambassadors.models import Chat
from ambassadors.services import handoffs
from ambassadors.services.replies.outcomes import Outcome


def drop_out(session: Session, chat: Chat, now: datetime) -> Outcome:
    """What follows from an ambassador's decline: somebody else is asked, as by their own link."""
    name = chat.ambassador.name
    search = handoffs.start(session, chat.uid, now)
    if search.status == "asking":
        return Outcome(
            "acted",
            said("{name} declined. Somebody else is being asked to take the chat.", name=name),
        )
    return Outcome(
        "acted",
        said("{name} declined, and nobody else is free then. The chat is cancelled.", name=name),
    )


def come_after_all(session: Session, chat: Chat, now: datetime) -> Outcome:
    """What follows when an ambassador who had declined accepts: nobody else is asked any more."""
    name, search = chat.ambassador.name, handoffs.last_search(session, chat.id)
    if search is None or search.status != "asking":
        return Outcome("acted", said("{name} accepted.", name=name))
    handoffs.take_back(session, chat.uid, now)
    return Outcome(
        "acted", said("{name} accepted after all. Nobody else is asked any more.", name=name)
    )
