"""Notices: every mail that is due, was sent, or could not be, as rows."""

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
from ambassadors.models.chats import Chat
from ambassadors.models.many import written
from ambassadors.models.people import Prospect, User, WaitingRequest

WAITING = text("state = 'waiting'")
RETURNED = text("returned_at IS NOT NULL")


class Notice(Base):
    """One mail to one person, written in the transaction that makes it necessary.

    Unique by (subject, version, kind, recipient): asking twice makes one. `subject` is the UID of
    a chat or request, `user:<id>` or `prospect:<id>`. `recipient` is 'prospect',
    'ambassador:<id>' or 'user:<id>'.
    `state`: 'waiting', 'sent' (the server accepted it), 'failed' (given up), 'void' (overtaken
    before it was sent). `returned_at` is when a sent one came back.
    A claim is an `owner` until `lease_until`; leases keep the real clock.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("subject", "version", "kind", "recipient"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'void')", name="state"),
        Index("ix_notices_due", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_notices_state", "state", "due_at"),
        Index(
            "ix_notices_returned_at",
            "returned_at",
            sqlite_where=RETURNED,
            postgresql_where=RETURNED,
        ),
        Index("ix_notices_due_at", "due_at", "id", "state"),
        Index("ix_notices_kind", "kind", "due_at", "state"),
        Index(None, "chat_id"),
        Index(None, "request_id"),
        Index(None, "user_id"),
        Index(None, "prospect_id"),
        Index(None, "sent_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    recipient: Mapped[str] = mapped_column(String(40))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospects.id"))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    due_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str] = mapped_column(String(254), default="")
    headline: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    returned_at: Mapped[datetime | None]
    returned_words: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime]
    chat: Mapped[Chat | None] = relationship()
    user: Mapped[User | None] = relationship()
    request: Mapped[WaitingRequest | None] = relationship()
    prospect: Mapped[Prospect | None] = relationship()


# Written out for hot paths, as in models/chats.py.
IS_WAITING = Notice.state == written("waiting")
