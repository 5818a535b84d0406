"""Other systems: keys with which they read, addresses that are told what happens to chats."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.people import User

WAITING = text("state = 'waiting'")


class ApiKey(Base):
    """What another system shows to read. `prefix` is its open beginning, by which people know it;
    `key_hash` is SHA-256 of all of it. `per_minute` counts its requests.
    """

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("per_minute BETWEEN 1 AND 6000", name="per_minute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    per_minute: Mapped[int] = mapped_column(default=60)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship()


class Webhook(Base):
    """An address that is told of chats. `state`: 'on', 'off' (by somebody) or 'failing' (turned
    off by the service after days without an answer; `words` say why).

    `sealed` holds the secret that signs and, until `old_until`, the one before it.
    """

    __tablename__ = "webhooks"
    __table_args__ = (CheckConstraint("state IN ('on', 'off', 'failing')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="on")
    sealed: Mapped[str] = mapped_column(Text)
    old_until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event for one address, written in the transaction that makes it necessary.

    `event_id` and `payload` are the same on every attempt. Names and addresses of people are not
    in it. States and claims are those of notices; `answer` is what the server said last.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'void')", name="state"),
        Index(
            "ix_webhook_deliveries_due",
            "due_at",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index(None, "webhook_id", "id"),
        Index(None, "created_at"),
        Index(None, "chat_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(30))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    webhook: Mapped[Webhook] = relationship()
