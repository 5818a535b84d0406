"""A booking asked for twice with one key is one booking, and gets one answer.

Keys and bodies are kept as hashes, answers without the chat's secret link: that is written again
from the chat. Keys are kept for two days (see `jobs`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.models import Chat, IdempotencyKey
from ambassadors.services.throttles import put_in_line

OTHER_BODY = said("This Idempotency-Key was used before, with another body. Use a new key.")


@dataclass(frozen=True)
class Answer:
    """A chat and what was said of it, less its secret link; `repeated` when said before."""

    chat: Chat
    said: Mapping[str, Any]
    repeated: bool


def answer_once(
    session: Session,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
    book: Callable[[Session], Chat],
    tell: Callable[[Chat], Mapping[str, Any]],
) -> Answer:
    """Books and remembers the answer, or gives the remembered one. Belongs into `write`.

    Requests with one key take turns (SQLite has one writer anyway), so that the second sees what
    the first did; the table's primary key has the last word. A booking that was refused leaves no
    trace: the key may be used again. Refused (422) when the key came with another body.
    """
    hashed, body_hash = digest(key), digest(json.dumps(body, sort_keys=True))
    put_in_line(session, hashed)
    known = session.get(IdempotencyKey, hashed, populate_existing=True)
    if known is not None:
        return remembered(session, known, body_hash)
    chat = book(session)
    said = dict(tell(chat))
    session.add(
        IdempotencyKey(
            key=hashed, body_hash=body_hash, chat_id=chat.id, answer=said, created_at=now
        )
    )
    session.flush()
    return Answer(chat, said, repeated=False)


def remembered(session: Session, known: IdempotencyKey, body_hash: str) -> Answer:
    """What was said the first time."""
    if known.body_hash != body_hash:
        raise Refused(OTHER_BODY, field="Idempotency-Key")
    chat = session.get_one(Chat, known.chat_id, populate_existing=True)
    return Answer(chat, known.answer, repeated=True)


def digest(text: str) -> str:
    """A hash that fits the table whatever the length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
