"""What became of a mail, and the rows that make sure it happens once."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ambassadors.core.notices import PROSPECT
from ambassadors.core.replies import Wish
from ambassadors.extensions import Base
from ambassadors.models import Chat
from ambassadors.models.engine import attempt
from ambassadors.services.booking.changes import lock_chat

State = Literal["acted", "noted", "ignored", "held"]


@dataclass(frozen=True)
class Outcome:
    """`state` as `InboxMessage.outcome` has it; the sentence says it to a coordinator."""

    state: State
    sentence: str


def add_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """A new row's id; None when its unique key is there already."""
    table: Any = model.__table__
    try:
        with attempt(session):
            added = session.execute(table.insert().values(**values).returning(table.c.id))
            return int(added.scalar_one())
    except IntegrityError:
        return None


def lock(session: Session, chat: Chat) -> Chat:
    """The chat as it is now; nobody else changes it, or answers for it, until we are done."""
    return lock_chat(session, chat.uid)


def name_of(chat: Chat, recipient: str) -> str:
    """The person whom a recipient of the chat's notices means."""
    return chat.prospect_name if recipient == PROSPECT else chat.ambassador.name


def written_down(wish: Wish) -> dict[str, Any]:
    """A wish as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(wish).items()
    }


def read_back(facts: dict[str, Any]) -> Wish:
    """The wish that was written down."""
    moments = {
        name: datetime.fromisoformat(facts[name])
        for name in ("stamp", "start", "end")
        if facts.get(name)
    }
    return Wish(**{**facts, **moments})
