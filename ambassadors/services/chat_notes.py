"""What an ambassador notes of a chat: read by them and by coordinators, by nobody else."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.core.text import plain
from ambassadors.models import Chat, ChatNote

LONGEST = 4000
_TABLE: Any = ChatNote.__table__


def find_note(session: Session, chat: Chat) -> ChatNote | None:
    """The note on a chat."""
    return session.get(ChatNote, chat.id, populate_existing=True)


def refuse_erased(chat: Chat) -> None:
    """Refuses (409) to write of somebody who was erased."""
    if chat.prospect.erased_at is not None:
        raise Refused(
            said("What was held of this person has been erased."), status=409, field="note"
        )


def write_note(session: Session, chat: Chat, text: str, user_id: int, now: datetime) -> None:
    """Keeps the note; an empty one takes it away. Refused (422) when it is too long."""
    if len(text) > LONGEST:
        raise Refused(
            said("The note is longer than {longest} characters.", longest=LONGEST), field="note"
        )
    refuse_erased(chat)
    words = plain(text)
    if not words:
        row = session.get(ChatNote, chat.id)
        if row is not None:
            session.delete(row)
            session.flush()
        return
    values = {"chat_id": chat.id, "user_id": user_id, "text": words, "changed_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    adding = dialect.insert(_TABLE).values(values)
    session.execute(adding.on_conflict_do_update(index_elements=["chat_id"], set_=values))
