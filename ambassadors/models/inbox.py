"""What came in by mail, what became of it, and what people answered to their invitations."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.chats import Chat
from ambassadors.models.people import User


class InboxMessage(Base):
    """One mail of the inbox, by its place there (`key`): handled once, however often it is read.

    `outcome`: 'acted', 'noted' (written down, nothing followed), 'ignored', 'held' (a person must
    look), 'applied' and 'dismissed' (they did). `facts` are what its calendar part says; its text
    is not kept. `recipient` is whose answer it is, as notices name them; empty when that is open.
    """

    __tablename__ = "inbox_messages"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('acted', 'noted', 'ignored', 'held', 'applied', 'dismissed')",
            name="outcome",
        ),
        Index(None, "outcome", "arrived_at"),
        Index(None, "chat_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    arrived_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(200), default="")
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"))
    recipient: Mapped[str] = mapped_column(String(40), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(Text, default="")
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    chat: Mapped[Chat | None] = relationship()
    handler: Mapped[User | None] = relationship()


class Participation(Base):
    """What somebody last answered to a chat's invitation, in their calendar.

    `answer`: ACCEPTED, TENTATIVE or DECLINED. It counts for the SEQUENCE it was given to;
    `stamp` (DTSTAMP) tells a later answer from an earlier one.
    """

    __tablename__ = "participations"
    __table_args__ = (
        CheckConstraint("answer IN ('ACCEPTED', 'TENTATIVE', 'DECLINED')", name="answer"),
    )

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(40), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int]
    stamp: Mapped[datetime]
    at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text, default="")


class Offer(Base):
    """A time that one person of a chat can move it to by one link, while the chat is unchanged.

    `version` is that of the chat it was made for, `nonce` signs its link. `state`: 'open',
    'taken', 'gone' (another one took its place).
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'gone')", name="state"),
        UniqueConstraint("chat_id", "version", "recipient", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    version: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(40))
    proposed_by: Mapped[str] = mapped_column(String(40), default="")
    starts_at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    chat: Mapped[Chat] = relationship()
