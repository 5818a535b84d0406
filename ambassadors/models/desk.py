"""What the coordinators' desk keeps: tries of mails, saved filters, changes of many chats.

What chats are searched by is kept by triggers in a table without a model (migration 0009).
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ambassadors.extensions import Base
from ambassadors.models.chats import Chat
from ambassadors.models.people import Ambassador, User

COPIED = text("message IS NOT NULL")


class Attempt(Base):
    """One try to send a notice: when, to which address, what the server said.

    `message`: the mail as it was sent, its links and codes masked, compressed with zlib; only
    where it was accepted, and only as long as it is kept (`services/ledger.py`).
    """

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('sent', 'later', 'failed')", name="outcome"),
        Index(None, "notice_id"),
        Index("ix_attempts_at", "at", sqlite_where=COPIED, postgresql_where=COPIED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(254), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class SavedFilter(Base):
    """A list's filter under a name, for all coordinators; `query` is the address's query."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Bulk(Base):
    """One change of many chats, asked for by a coordinator; a scheduler carries it out.

    `status`: 'queued', 'running' (an `owner` works on it until `lease_until`, by the real clock),
    'done'. `shift_minutes`: by how much chats move; `taker_id`: to whom, at their own times.
    """

    __tablename__ = "bulks"
    __table_args__ = (
        CheckConstraint("action IN ('cancel', 'move', 'remind')", name="action"),
        CheckConstraint("status IN ('queued', 'running', 'done')", name="status"),
        Index(None, "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="queued")
    shift_minutes: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("ambassadors.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship()
    taker: Mapped[Ambassador | None] = relationship()


class BulkLine(Base):
    """What becomes of one chat: '' until it was its turn, then 'done' or 'refused', with why.

    Written in the transaction that changes the chat. `version` is the chat as it was looked at.
    """

    __tablename__ = "bulk_lines"
    __table_args__ = (
        UniqueConstraint("bulk_id", "chat_id"),
        CheckConstraint("outcome IN ('', 'done', 'refused')", name="outcome"),
        Index(None, "chat_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulks.id"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    chat: Mapped[Chat] = relationship()
