"""Events for webhooks, written beside the change of a chat that makes them necessary."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ambassadors.models import Chat, Webhook, WebhookDelivery
from ambassadors.models.engine import VERSION_AT_BEGIN
from ambassadors.services.versions import Kept

# What happened to a chat, as its history calls it, and as webhooks do.
EVENTS = {
    "confirmed": "chat.confirmed",
    "moved": "chat.moved",
    "handed-over": "chat.moved",
    "cancelled": "chat.cancelled",
    "completed": "chat.completed",
}
NAMES = ("chat.confirmed", "chat.moved", "chat.cancelled", "chat.completed")
TEST = "test"
_ADD = WebhookDelivery.__table__.insert()  # type: ignore[attr-defined]  # a Table


def read_hooks(session: Session) -> tuple[tuple[int, frozenset[str]], ...]:
    """Addresses that want to be told, and of what; those that are off miss what happens."""
    rows = session.execute(select(Webhook.id, Webhook.events).where(Webhook.state == "on"))
    return tuple((id, frozenset(events)) for id, events in rows)


HOOKS = Kept(read_hooks)


def queue(session: Session, chat: Chat, action: str, now: datetime) -> None:
    """Adds the event of a change for every address that wants it; none costs no query."""
    event = EVENTS.get(action)
    if event is None:
        return
    hooks = HOOKS.read(session, session.info.get(VERSION_AT_BEGIN))
    wanted = [id for id, events in hooks if event in events]
    if wanted:
        body = payload(event, chat, now)
        key = f"{chat.uid}.{chat.version}"
        rows = [row_of(id, key, event, body, now) | {"chat_id": chat.id} for id in wanted]
        session.execute(_ADD, rows)


def queue_test(session: Session, webhook_id: int, now: datetime) -> WebhookDelivery:
    """An event that says nothing, to see whether an address takes it."""
    body = {"type": TEST, "timestamp": iso(now), "data": {}}
    row = WebhookDelivery(**row_of(webhook_id, f"test.{uuid.uuid4()}", TEST, body, now))
    session.add(row)
    session.flush()
    return row


def row_of(
    webhook_id: int, key: str, event: str, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """A delivery that is due at once."""
    return {
        "webhook_id": webhook_id,
        "event_id": key,
        "event": event,
        "payload": body,
        "state": "waiting",
        "due_at": now,
        "attempts": 0,
        "answer": "",
        "created_at": now,
    }


def payload(event: str, chat: Chat, now: datetime) -> dict[str, Any]:
    """What is told: no name and no address of anybody; who may know more reads it by the API.

    `sequence` rises with every change of a chat: of two events the higher one is the later.
    """
    return {
        "type": event,
        "timestamp": iso(now),
        "data": {
            "chat": {
                "id": chat.uid,
                "sequence": chat.version,
                "status": chat.status,
                "start": iso(chat.starts_at),
                "end": iso(chat.ends_at),
                "minutes": chat.minutes,
                "ambassador_id": chat.ambassador_id,
                "prospect_id": chat.prospect_id,
            }
        },
    }


def iso(moment: datetime) -> str:
    """`2027-03-01T15:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
